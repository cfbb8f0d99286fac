import { describe, expect, it } from 'vitest';
import { proportionOf, proportionSchema, shareOf } from './proportion.ts';

describe('a proportion', () => {
  it("has Wilson's interval: 8 of 10 is 49.0 to 94.3 %", () => {
    // By hand, z = 1.96: centre (0.8 + 3.8416/20) / 1.38416 = 0.71674, spread 1.96 · √(0.016 + 0.009604) / 1.38416 = 0.22658.
    const { share, interval } = proportionOf(8, 10);
    expect(share).toBe(0.8);
    expect(interval![0]).toBeCloseTo(0.4902, 3);
    expect(interval![1]).toBeCloseTo(0.9433, 3);
  });

  it('does not claim certainty when nothing of 100 was found', () => {
    const { share, interval } = proportionOf(0, 100);
    expect(share).toBe(0);
    expect(interval![0]).toBe(0);
    expect(interval![1]).toBeCloseTo(0.037, 3);
  });

  it('stays within 0 to 1 and passes its schema for every count', () => {
    for (const of of [1, 3, 7, 50]) {
      for (let count = 0; count <= of; count++)
        expect(() => proportionSchema.parse(proportionOf(count, of))).not.toThrow();
    }
  });

  it('is no share at all when there was nothing to count', () => {
    expect(proportionOf(0, 0)).toEqual({ count: 0, of: 0, share: null, interval: null });
  });

  it('counts the items that pass', () => {
    expect(shareOf([1, 2, 3, 4], (item) => item > 3)).toMatchObject({ count: 1, of: 4, share: 0.25 });
  });

  it('refuses more than all', () => {
    expect(() => proportionOf(3, 2)).toThrow(RangeError);
  });
});
