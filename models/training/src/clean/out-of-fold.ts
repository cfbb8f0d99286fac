import seedrandom from 'seedrandom';
import { logProbabilities } from '@mushroom/recognition/decision/distribution';
import { group as groupBy } from 'd3-array';
import { shuffle } from '../data/splits.ts';
import { rowsOf, type FeatureTable } from '../fit/frozen-features.ts';
import { applyHead, trainHead } from '../fit/head.ts';
import type { HeadOptions } from '../fit/recipe.ts';

/** Photos that are judged by heads which have not seen them. */
export interface FoldPhotos {
  features: FeatureTable;
  classSets: readonly (readonly number[])[];
  /** Near-duplicates go into one fold, or a photo would be judged by its twin. */
  groups: readonly (string | null)[];
}

/** The fold of each photo, whole groups at a time, in shares as even as the groups allow. */
export function foldsOf(groups: readonly (string | null)[], folds: number, seed: number): number[] {
  const order = [...groupBy(groups.keys(), (row) => groups[row] ?? `photo ${row}`).values()];
  shuffle(order, seedrandom(`${seed}/folds`));
  const foldOf = new Array<number>(groups.length).fill(0);
  order.forEach((rows, place) => rows.forEach((row) => (foldOf[row] = place % folds)));
  return foldOf;
}

/**
 * The classes' probabilities of every photo, from a head trained on the other folds.
 * @returns `classes` probabilities a photo, in the photos' order.
 */
export async function outOfFoldProbabilities(
  { features, classSets, groups }: FoldPhotos,
  classes: number,
  folds: number,
  options: HeadOptions,
): Promise<Float64Array[]> {
  const foldOf = foldsOf(groups, folds, options.seed);
  const probabilities = new Array<Float64Array>(features.rows);
  for (let fold = 0; fold < folds; fold++) {
    const inside = foldOf.flatMap((own, row) => (own === fold ? [row] : []));
    const outside = foldOf.flatMap((own, row) => (own === fold ? [] : [row]));
    const held = rowsOf(features, inside);
    const { head } = await trainHead(
      { views: [rowsOf(features, outside)], classSets: outside.map((row) => classSets[row]!) },
      { views: [held], classSets: inside.map((row) => classSets[row]!) },
      classes,
      options,
    );
    applyHead(head, held).forEach((logits, place) => {
      probabilities[inside[place]!] = logProbabilities(logits, 1).map(Math.exp);
    });
  }
  return probabilities;
}
