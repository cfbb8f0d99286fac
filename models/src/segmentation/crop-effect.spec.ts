import { describe, expect, it } from 'vitest';
import { cropTo } from './crop-effect.ts';

/** 100 × 60 pixels whose red and green tell where they are. */
const photo = {
  width: 100,
  height: 60,
  rgb: Uint8Array.from({ length: 100 * 60 * 3 }, (_, byte) => {
    const pixel = Math.floor(byte / 3);
    return [pixel % 100, Math.floor(pixel / 100), 0][byte % 3]!;
  }),
};

const around = (left: number, top: number, right: number, bottom: number) => ({
  points: [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as [number, number][],
  share: (right - left) * (bottom - top),
});

describe('cropping to an outline', () => {
  it('leaves a fifth of its longer side around it', () => {
    // 40 × 12 pixels at (30, 24): a margin of 8.
    const cropped = cropTo(photo, around(0.3, 0.4, 0.7, 0.6));
    expect([cropped.width, cropped.height]).toEqual([56, 28]);
    expect([...cropped.rgb.subarray(0, 2)]).toEqual([22, 16]);
  });

  it('ends at the edges of the photo', () => {
    const cropped = cropTo(photo, around(0, 0, 0.95, 0.95));
    expect([cropped.width, cropped.height]).toEqual([100, 60]);
  });

  it('leaves the photo whole where there is no outline', () => {
    expect(cropTo(photo, null)).toBe(photo);
  });
});
