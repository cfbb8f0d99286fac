import { describe, expect, it } from 'vitest';
import { areaUnderCurve, rejectedAt } from './rejection.ts';

describe('the area under the curve', () => {
  it('is 1 where every mushroom scores above every other thing, and 0 the other way round', () => {
    expect(areaUnderCurve([3, 4], [1, 2])).toBe(1);
    expect(areaUnderCurve([1, 2], [3, 4])).toBe(0);
  });

  it('is one half where scores tell nothing apart', () => {
    expect(areaUnderCurve([1, 1, 1], [1, 1])).toBe(0.5);
    expect(areaUnderCurve([1, 4], [2, 3])).toBe(0.5);
  });

  it('counts every pair once, ties half', () => {
    expect(areaUnderCurve([2, 3], [1, 2, 5])).toBeCloseTo((1 + 0.5 + 0 + (1 + 1 + 0)) / 6);
  });
});

describe('what is rejected at a loss', () => {
  const mushrooms = Array.from({ length: 100 }, (_, index) => index + 1);

  it('is what lies below all mushrooms but the share that may be lost', () => {
    expect(rejectedAt(0.02, mushrooms, [0, 1, 2, 2.5, 3, 50])).toBeCloseTo(4 / 6);
    expect(rejectedAt(0, mushrooms, [0, 1, 2])).toBeCloseTo(1 / 3);
  });

  it('is not a number where there is nothing to count', () => {
    expect(rejectedAt(0.02, [], [1])).toBeNaN();
    expect(rejectedAt(0.02, [1], [])).toBeNaN();
  });
});
