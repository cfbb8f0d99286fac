import { readFileSync } from 'node:fs';
import seedrandom from 'seedrandom';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { InputSpec } from '../bundle/bundle.schema.ts';
import type { Photo } from './photo.ts';
import { photoToInput } from './photo-to-input.ts';

const stretch = (size: number): InputSpec => ({ size, fit: 'stretch' });
const crop = (size: number): InputSpec => ({ size, fit: 'crop' });

function photoOf(width: number, height: number, pixel: (x: number, y: number) => [number, number, number]): Photo {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgb.set(pixel(x, y), (y * width + x) * 3);
  }
  return { width, height, rgb };
}

function noise(width: number, height: number, seed: string): Photo {
  const random = seedrandom(seed);
  const byte = () => Math.floor(random() * 256);
  return photoOf(width, height, () => [byte(), byte(), byte()]);
}

/** The same filter written the slow way: one sum over all pixels for each target pixel, both axes at once. */
function naive({ width, height, rgb }: Photo, size: number): number[] {
  const [scaleX, scaleY] = [width / size, height / size];
  const triangle = (distance: number, scale: number) => Math.max(0, 1 - Math.abs(distance) / Math.max(scale, 1));
  const values: number[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let v = 0; v < height; v++) {
        for (let u = 0; u < width; u++) {
          const weight =
            triangle(u + 0.5 - (x + 0.5) * scaleX, scaleX) * triangle(v + 0.5 - (y + 0.5) * scaleY, scaleY);
          sum[3]! += weight;
          for (let channel = 0; channel < 3; channel++) {
            sum[channel]! += weight * rgb[(v * width + u) * 3 + channel]!;
          }
        }
      }
      values.push(...sum.slice(0, 3).map((value) => value / sum[3]!));
    }
  }
  return values;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
}

describe('photo pixels → model input', () => {
  it('leaves a photo of the right size as it is', () => {
    const photo = noise(32, 32, 'same');
    expect(photoToInput(photo, stretch(32))).toEqual(photo.rgb);
    expect(photoToInput(photo, crop(32))).toEqual(photo.rgb);
  });

  it.each([
    ['shrinking', 37, 23, 8],
    ['enlarging', 5, 7, 16],
    ['shrinking one side and enlarging the other', 40, 6, 12],
    ['shrinking by a whole number', 32, 32, 8],
    ['spreading a single pixel', 1, 1, 4],
  ])('agrees with the filter written as one plain sum: %s', (_, width, height, size) => {
    const photo = noise(width, height, `${width}×${height}`);
    // Half a level for the rounding to bytes, a hair for float32.
    expect(largestDifference(photoToInput(photo, stretch(size)), naive(photo, size))).toBeLessThan(0.501);
  });

  it('agrees with libvips on a real photo: 999 of 1000 values within two levels', async () => {
    const { data, info } = await sharp(
      readFileSync(new URL('../../../data/licensed/amanita-muscaria-1.jpg', import.meta.url)),
    )
      .raw()
      .toBuffer({ resolveWithObject: true });
    const size = 224;
    // libvips rounds its weights to a few bits, hence the rare larger difference.
    const resized = await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
      .resize(size, size, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
    const input = photoToInput({ width: info.width, height: info.height, rgb: data }, stretch(size));
    const far = input.filter((value, index) => Math.abs(value - resized[index]!) > 2);
    expect(far.length / input.length).toBeLessThan(0.001);
    expect(largestDifference(input, resized)).toBeLessThan(12);
  });

  it('keeps one colour one colour, at any size', () => {
    const photo = photoOf(41, 29, () => [255, 128, 1]);
    for (const size of [1, 7, 64]) {
      const input = photoToInput(photo, stretch(size));
      expect(input).toEqual(photoOf(size, size, () => [255, 128, 1]).rgb);
    }
  });

  it('keeps the average brightness', () => {
    const photo = noise(96, 96, 'average');
    const mean = (bytes: ArrayLike<number>) => Array.from(bytes).reduce((a, b) => a + b, 0) / bytes.length;
    expect(mean(photoToInput(photo, stretch(24)))).toBeCloseTo(mean(photo.rgb), 0);
  });

  it('turns a pattern too fine to be shown into its grey, not into coarser stripes', () => {
    const stripes = photoOf(256, 256, (x) => (x % 2 ? [255, 255, 255] : [0, 0, 0]));
    const inner = Array.from(photoToInput(stripes, stretch(30))).filter((_, i) => {
      const x = Math.floor(i / 3) % 30;
      return x > 0 && x < 29;
    });
    expect(Math.min(...inner)).toBeGreaterThan(120);
    expect(Math.max(...inner)).toBeLessThan(136);
  });

  it('makes a sharp edge a ramp without overshoot', () => {
    const edge = photoOf(64, 8, (x) => (x < 34 ? [10, 10, 10] : [240, 240, 240]));
    const row = Array.from(photoToInput(edge, stretch(8)).filter((_, i) => i < 24 && i % 3 === 0));
    expect(row).toEqual([...row].sort((a, b) => a - b));
    expect(row[0]).toBe(10);
    expect(row[7]).toBe(240);
    expect(row.some((value) => value > 10 && value < 240)).toBe(true);
  });

  it('squeezes the whole photo into the square, or takes the middle of it', () => {
    // Red | green green | blue: stretched, all of it is seen; cropped, the green middle.
    const photo = photoOf(40, 20, (x) => (x < 10 ? [255, 0, 0] : x < 30 ? [0, 255, 0] : [0, 0, 255]));
    const stretched = photoToInput(photo, stretch(4));
    expect([...stretched.subarray(0, 3)][0]).toBeGreaterThan(200);
    expect([...stretched.subarray(9, 12)][2]).toBeGreaterThan(200);
    expect(photoToInput(photo, crop(4))).toEqual(photoOf(4, 4, () => [0, 255, 0]).rgb);
  });

  it('takes the middle of an upright photo too', () => {
    const photo = photoOf(20, 41, (_, y) => (y < 10 || y >= 30 ? [255, 0, 0] : [0, 255, 0]));
    expect(photoToInput(photo, crop(5))).toEqual(photoOf(5, 5, () => [0, 255, 0]).rgb);
  });

  it('keeps left left, top top and the channels in order', () => {
    const photo = photoOf(2, 2, (x, y) => [x * 200, y * 200, 50]);
    expect([...photoToInput(photo, stretch(2))]).toEqual([0, 0, 50, 200, 0, 50, 0, 200, 50, 200, 200, 50]);
  });

  it('gives the same bytes every time, and leaves the photo untouched', () => {
    const photo = noise(50, 70, 'again');
    const before = Uint8Array.from(photo.rgb);
    expect(photoToInput(photo, stretch(33))).toEqual(photoToInput(photo, stretch(33)));
    expect(photo.rgb).toEqual(before);
  });

  it("reads a canvas's clamped bytes as it reads plain ones", () => {
    const photo = noise(20, 10, 'canvas');
    const clamped = { ...photo, rgb: Uint8ClampedArray.from(photo.rgb) };
    expect(photoToInput(clamped, stretch(8))).toEqual(photoToInput(photo, stretch(8)));
  });

  it.each([
    ['a byte too few', 4, 4, 47],
    ['a byte too many', 4, 4, 49],
    ['four bytes a pixel', 4, 4, 64],
    ['no pixels', 0, 0, 0],
    ['no height', 4, 0, 0],
    ['negative sides', -4, -4, 48],
  ])('refuses %s', (_, width, height, bytes) => {
    expect(() => photoToInput({ width, height, rgb: new Uint8Array(bytes) }, stretch(4))).toThrow(RangeError);
  });
});
