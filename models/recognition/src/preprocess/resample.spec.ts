import { describe, expect, it } from 'vitest';
import { axisWeights, LANCZOS3, resampledRows, TRIANGLE } from './resample.ts';

const whole = (length: number) => ({ start: 0, length });
const filters = [
  ['a triangle', TRIANGLE],
  ['Lanczos', LANCZOS3],
] as const;

describe.each(filters)('weights of %s', (_, filter) => {
  it.each([
    [100, 37],
    [37, 100],
    [5, 5],
    [1, 4],
  ])('sum to 1 for each target pixel: %i to %i', (source, target) => {
    const { first, weights } = axisWeights(whole(source), target, filter);
    expect(weights).toHaveLength(target);
    weights.forEach((row, index) => {
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
      expect(first[index]! + row.length).toBeLessThanOrEqual(source);
    });
  });

  it('take a pixel for itself where nothing changes its size', () => {
    const { first, weights } = axisWeights(whole(9), 9, filter);
    const strongest = weights.map((row, index) => first[index]! + row.indexOf(Math.max(...row)));
    expect(strongest).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (const row of weights) expect(Math.max(...row)).toBeCloseTo(1, 6);
  });

  it('begin where the part begins that is looked at', () => {
    const plain = axisWeights(whole(20), 7, filter);
    const later = axisWeights({ start: 30, length: 20 }, 7, filter);
    expect([...later.first]).toEqual([...plain.first].map((first) => first + 30));
    expect(later.weights).toEqual(plain.weights);
  });
});

describe('weights at a scale that is given', () => {
  it('are those of the scale that fits, where it is that', () => {
    expect(axisWeights(whole(30), 10, LANCZOS3, 3, 0)).toEqual(axisWeights(whole(30), 10, LANCZOS3));
  });

  it('move with the margin', () => {
    // A margin of a target pixel: the first is what else the second would be.
    const [plain, moved] = [0, 3].map((margin) => axisWeights(whole(60), 10, TRIANGLE, 3, margin));
    expect(moved!.first[2]).toBe(plain!.first[3]);
    expect(moved!.weights[2]).toEqual(plain!.weights[3]);
  });
});

describe('rows of a photo at another size', () => {
  it('mix no channels, and are as many and as long as the weights say', () => {
    const photo = { width: 4, height: 6, rgb: Uint8Array.from({ length: 72 }, (_, index) => [10, 20, 30][index % 3]!) };
    const rows = resampledRows(photo, whole(6), axisWeights(whole(4), 2, LANCZOS3), axisWeights(whole(6), 3, LANCZOS3));
    // The array is used again, so each row is copied when it comes.
    const copies = Array.from(rows, (row) => [...row].map(Math.round));
    expect(copies).toEqual(Array(3).fill([10, 20, 30, 10, 20, 30]));
  });
});
