import { rollup } from 'd3-array';

/** How many items there are of each key. */
export function countBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, number> {
  return rollup(items, ({ length }) => length, keyOf);
}
