import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { isDisplayP3, p3ToSrgb } from './display-p3.ts';

const fixture = (name: string) =>
  readFile(path.resolve(import.meta.dirname, '../../../tests/encodings/fixtures', name));

it('knows Display P3 by its profile and by its code points', async () => {
  expect(isDisplayP3(await fixture('quarters-p3.heic'))).toBe(true);
  expect(isDisplayP3(await fixture('quarters.heic'))).toBe(false);
  const box = (primaries: number) =>
    Buffer.from(`..colrnclx\0${String.fromCharCode(primaries)}\0\x0d\0\x06\x80`, 'latin1');
  expect(isDisplayP3(box(12))).toBe(true);
  expect(isDisplayP3(box(1))).toBe(false);
  for (const cut of [7, 11, 40, 140, 200]) {
    const file = (await fixture('quarters-p3.heic')).subarray(
      0,
      (await fixture('quarters-p3.heic')).indexOf('colr') + cut,
    );
    expect(isDisplayP3(file), `${cut}`).toBe(false);
  }
});

it('gives the numbers that sRGB has for a colour of Display P3', () => {
  // 200, 60, 40 in sRGB is 184, 71, 49 in Display P3; greys are the same in both.
  const rgba = Uint8ClampedArray.of(184, 71, 49, 255, 0, 0, 0, 255, 255, 255, 255, 255, 77, 77, 77, 9, 0, 255, 0, 255);
  p3ToSrgb(rgba);
  expect(Math.abs(rgba[0]! - 200)).toBeLessThanOrEqual(2);
  expect(Math.abs(rgba[1]! - 60) + Math.abs(rgba[2]! - 40)).toBeLessThanOrEqual(12);
  expect([...rgba.subarray(4, 16)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 77, 77, 77, 9]);
  // Beyond sRGB: clamped.
  expect([...rgba.subarray(16)]).toEqual([0, 255, 0, 255]);
});
