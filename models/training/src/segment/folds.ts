import seedrandom from 'seedrandom';
import { shuffle } from '../data/splits.ts';

/**
 * Groups of items that hang together by pairs, directly or through others.
 * @returns the group of each item, a number from 0.
 */
export function groupsOf(items: number, pairs: readonly { a: number; b: number }[]): number[] {
  const group = Array.from({ length: items }, (_, item) => item);
  for (const { a, b } of pairs) {
    const [kept, merged] = [group[a]!, group[b]!];
    for (let item = 0; item < items; item++) if (group[item] === merged) group[item] = kept;
  }
  return group;
}

/**
 * Deals whole groups into folds of about the same size.
 * @param kinds what the folds should have the same share of, an item each.
 * @returns the fold of each item, 0 to `folds - 1`.
 */
export function foldsOf(groups: readonly number[], kinds: readonly string[], folds: number, seed: number): number[] {
  const fold = new Map<number, number>();
  let dealt = 0;
  for (const kind of [...new Set(kinds)].sort()) {
    const own = [...new Set(groups.filter((_, item) => kinds[item] === kind))].filter((group) => !fold.has(group));
    shuffle(own, seedrandom(`${seed}/folds/${kind}`));
    for (const group of own) fold.set(group, dealt++ % folds);
  }
  return groups.map((group) => fold.get(group)!);
}
