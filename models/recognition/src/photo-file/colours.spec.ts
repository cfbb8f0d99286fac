import { describe, expect, it } from 'vitest';
import { BT709, coloursOfPrimaries, D65, DISPLAY_P3, needsMoreBits, srgbCurve, toSrgb } from './colours.ts';

describe('Display P3', () => {
  it('becomes what sRGB has for the same colour, and its greys stay', () => {
    // 200, 60, 40 in sRGB is 184, 71, 49 in Display P3.
    const rgba = Uint8ClampedArray.of(
      184,
      71,
      49,
      255,
      0,
      0,
      0,
      255,
      255,
      255,
      255,
      255,
      77,
      77,
      77,
      9,
      0,
      255,
      0,
      255,
    );
    toSrgb(rgba, 4, DISPLAY_P3);
    expect(Math.abs(rgba[0]! - 200)).toBeLessThanOrEqual(2);
    expect(Math.abs(rgba[1]! - 60) + Math.abs(rgba[2]! - 40)).toBeLessThanOrEqual(12);
    expect([...rgba.subarray(4, 16)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 77, 77, 77, 9]);
    // Beyond sRGB: clamped.
    expect([...rgba.subarray(16)]).toEqual([0, 255, 0, 255]);
  });

  it('of three channels is the same', () => {
    const rgb = Uint8Array.of(184, 71, 49, 77, 77, 77);
    const rgba = Uint8Array.of(184, 71, 49, 0, 77, 77, 77, 0);
    toSrgb(rgb, 3, DISPLAY_P3);
    toSrgb(rgba, 4, DISPLAY_P3);
    expect([...rgb]).toEqual([...rgba.subarray(0, 3), ...rgba.subarray(4, 7)]);
  });
});

it('sRGB itself is none of the other colours', () => {
  expect(coloursOfPrimaries(BT709, D65, srgbCurve)).toBeNull();
});

it('8 bits are too few for what is linear, and for nothing else that is usual', () => {
  const ofPower = (gamma: number) => coloursOfPrimaries(BT709, D65, (number) => number ** gamma)!;
  expect([1, 1.8, 2.2, 2.8].map((gamma) => needsMoreBits(ofPower(gamma)))).toEqual([true, false, false, false]);
  expect(needsMoreBits(DISPLAY_P3)).toBe(false);
});
