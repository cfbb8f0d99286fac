// @vitest-environment happy-dom
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { browserThatDecodesPhotos } from '../../testing/photo-decoding.ts';
import { shrinkPhoto } from './shrink-photo.ts';

beforeEach(() => browserThatDecodesPhotos());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** As the service's code lists them: the page has none of its code, so that its list is a second one. */
async function brandsThatTheServiceKnows(): Promise<string[]> {
  const file = path.resolve(import.meta.dirname, '../../../../api-service/src/photos/photo-type.ts');
  const [, list] = /HEIC_BRANDS = new Set\(\[([^\]]+)\]\)/.exec(await readFile(file, 'utf8'))!;
  return [...list!.matchAll(/'(.{4})'/g)].map(([, brand]) => brand!);
}

const branded = (brand: string) => new Blob([`\0\0\0\x18ftyp${brand}\0\0\0\0`]);

it('knows every brand of HEIC that the service knows', async () => {
  const brands = await brandsThatTheServiceKnows();
  expect(brands).toContain('heic');
  for (const brand of brands) expect(await shrinkPhoto(branded(brand)), brand).toEqual({ refused: 'heic' });
});

it('takes no other file of that container for HEIC', async () => {
  for (const brand of ['avif', 'isom', 'mp42']) {
    expect(await shrinkPhoto(branded(brand)), brand).toEqual({ refused: 'not_a_photo' });
  }
});
