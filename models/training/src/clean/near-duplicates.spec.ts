import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { nearDuplicates } from './near-duplicates.ts';

beforeAll(() => startBackend('auto'));

const table = (...rows: number[][]) => ({ rows: rows.length, width: 2, values: Float32Array.from(rows.flat()) });

describe('near-duplicates', () => {
  it('are photos whose features point the same way, however long they are', () => {
    const pairs = nearDuplicates(table([1, 0], [0, 1], [3, 0.01]), 0.99);
    expect(pairs).toEqual([{ a: 0, b: 2, similarity: expect.closeTo(1, 4) as number }]);
  });

  it('come once each, most similar first', () => {
    const pairs = nearDuplicates(table([1, 0], [1, 0.1], [1, 0]), 0.9);
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 2],
      [0, 1],
      [1, 2],
    ]);
  });

  it('need two photos', () => {
    expect(nearDuplicates(table([1, 0]), 0)).toEqual([]);
  });

  it('are no photos without features', () => {
    expect(nearDuplicates(table([0, 0], [0, 0]), 0.5)).toEqual([]);
  });
});
