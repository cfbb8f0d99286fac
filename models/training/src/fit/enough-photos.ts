import { rollup } from 'd3-array';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { LabelSpace } from '../data/label-space.ts';

/** A classifier of fewer has nothing to tell apart. */
const FEWEST_CLASSES = 2;

/**
 * Checks that there is something to train.
 * @param labels of the photos to train on, which made the classes.
 * @param minPhotos training photos that a species needed for a class of its own.
 * @throws Error that says how many photos the species have if they make too few classes.
 */
export function requireClasses(
  space: LabelSpace,
  labels: readonly string[],
  table: SpeciesTable,
  minPhotos: number,
): void {
  const classes = space.labels.length;
  if (classes >= FEWEST_CLASSES) return;
  const taxa = labels.flatMap((label) => table.find(label) ?? []).filter(({ rank }) => rank === 'species');
  const photosOf = rollup(
    taxa,
    ({ length }) => length,
    ({ name }) => name,
  );
  throw new Error(
    `${classes === 0 ? 'no' : 'only one'} class has enough photos, and a classifier needs two: a species takes ` +
      `${minPhotos} training ${minPhotos === 1 ? 'photo' : 'photos'} (--min-photos), and ${said([...photosOf.values()])}`,
  );
}

/**
 * Checks that there is something to choose temperatures and thresholds on.
 * @param labels of the photos of `val`.
 * @throws Error that says how photos come to be of `val`.
 */
export function requireVal(space: LabelSpace, labels: readonly string[]): void {
  if (labels.some((label) => space.classesOf(label).length > 0)) return;
  const what = labels.length === 0 ? 'val has no photos' : 'no photo of val is of a class that training has';
  throw new Error(
    `${what}, and on val temperatures and thresholds are chosen: write val in the column "split" of some photos, or ` +
      'leave that column out, and a part of the photos of each label becomes val',
  );
}

function said(counts: readonly number[]): string {
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return 'there are no photos of any species';
  if (counts.length === 1) return `the one species that there is has ${most}`;
  return `the ${counts.length} species have ${fewest === most ? most : `${fewest} to ${most}`} each`;
}
