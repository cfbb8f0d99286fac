import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { foldsOf, outOfFoldProbabilities } from './out-of-fold.ts';

beforeAll(() => startBackend('auto'));

describe('folds', () => {
  it('keep near-duplicates together and are even otherwise', () => {
    const groups = ['a', null, 'a', null, null, 'a', null, null];
    const folds = foldsOf(groups, 3, 1);
    expect(new Set([folds[0], folds[2], folds[5]]).size).toBe(1);
    expect(new Set(folds)).toEqual(new Set([0, 1, 2]));
    expect(foldsOf(groups, 3, 1)).toEqual(folds);
  });
});

describe('out-of-fold probabilities', () => {
  it('show a wrong label, as the photo itself was not learnt from', async () => {
    const rows = 60;
    const classSets = Array.from({ length: rows }, (_, row) => [row % 2]);
    const values = Float32Array.from({ length: rows * 2 }, (_, cell) =>
      cell % 2 === Math.floor(cell / 2) % 2 ? 5 : 0,
    );
    classSets[10] = [1];
    const probabilities = await outOfFoldProbabilities(
      { features: { rows, width: 2, values }, classSets, groups: classSets.map(() => null) },
      2,
      3,
      { epochs: 20, batchSize: 8, learningRate: 0.05, weightDecay: 0, seed: 1 },
    );
    expect(probabilities).toHaveLength(rows);
    expect(probabilities[10]![1]).toBeLessThan(0.2);
    expect(probabilities[12]![0]).toBeGreaterThan(0.8);
  });
});
