import { describe, expect, it } from 'vitest';
import { decodedSideOf } from './decoded-side.ts';

describe('a photo is decoded', () => {
  it.each([
    [224, 512],
    [160, 512],
    [129, 512],
    [128, 256],
    [96, 256],
  ])('for an input of %i pixels a side to %i', (size, side) => {
    expect(decodedSideOf({ size })).toBe(side);
  });

  it('to twice the input at least, as far as it is not shrunk for larger ones', () => {
    for (let size = 1; size <= 256; size++) expect(decodedSideOf({ size })).toBeGreaterThanOrEqual(2 * size);
  });
});
