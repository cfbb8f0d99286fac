import { rollup } from 'd3-array';
import type { TrainingData } from './training-data.ts';

/** A classifier of fewer has nothing to tell apart. */
const FEWEST_CLASSES = 2;

/**
 * Checks that there is something to train.
 * @param minPhotos training photos that a species needed for a class of its own.
 * @throws Error that says how many photos the species have if they make too few classes.
 */
export function requireClasses({ space, taught, table }: TrainingData, minPhotos: number): void {
  const classes = space.labels.length;
  if (classes >= FEWEST_CLASSES) return;
  const taxa = taught.flatMap(({ label }) => table.find(label) ?? []).filter(({ rank }) => rank === 'species');
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

function said(counts: readonly number[]): string {
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return 'there are no photos of any species';
  if (counts.length === 1) return `the one species that there is has ${most}`;
  return `the ${counts.length} species have ${fewest === most ? most : `${fewest} to ${most}`} each`;
}
