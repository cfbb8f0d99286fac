import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { coloursOfHeic } from './heic-colours.ts';

const fixture = (name: string) =>
  readFile(path.resolve(import.meta.dirname, '../../../tests/encodings/fixtures', name));

it('knows Display P3 by its profile and by its code points', async () => {
  expect(coloursOfHeic(await fixture('quarters-p3.heic'))).not.toBeNull();
  expect(coloursOfHeic(await fixture('quarters.heic'))).toBeNull();
  const box = (primaries: number) =>
    Buffer.from(`..colrnclx\0${String.fromCharCode(primaries)}\0\x0d\0\x06\x80`, 'latin1');
  expect(coloursOfHeic(box(12))).not.toBeNull();
  expect(coloursOfHeic(box(1))).toBeNull();
});

it('knows none of a file that ends early', async () => {
  const p3 = await fixture('quarters-p3.heic');
  for (const end of [7, 9, 11, 40, 140, 200]) {
    expect(coloursOfHeic(p3.subarray(0, p3.indexOf('colr') + end)), `${end}`).toBeNull();
  }
});
