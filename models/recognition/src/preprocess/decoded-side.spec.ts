import { describe, expect, it } from 'vitest';
import { decodedSideOf } from './decoded-side.ts';

describe('a photo is decoded', () => {
  it.each([
    [260, 512],
    [224, 512],
    [171, 512],
    [170, 256],
    [160, 256],
    [96, 256],
  ])('for an input of %i pixels a side to %i', (size, side) => {
    expect(decodedSideOf({ size })).toBe(side);
  });

  it('to one and a half times the input at least, as far as it is not shrunk for larger ones', () => {
    for (let size = 1; size <= 341; size++) expect(decodedSideOf({ size })).toBeGreaterThanOrEqual(1.5 * size);
  });
});
