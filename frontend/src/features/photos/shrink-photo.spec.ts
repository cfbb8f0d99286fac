// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { browserThatDecodesPhotos, jpegBytes } from '../../testing/photo-decoding.ts';

// Whether a browser gives true pixels is asked once per session: each test is a session of its own.
const shrinkPhoto = async (photo: Blob) => (await import('./shrink-photo.ts')).shrinkPhoto(photo);

beforeEach(() => vi.resetModules());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A photo that says where it was taken, and one that lacks its last two bytes. */
const withPlace = () =>
  new Blob([jpegBytes().slice(0, 2), Uint8Array.of(0xff, 0xe1, 0, 8), 'Leipzig'.slice(0, 6), jpegBytes().slice(2)]);
const withoutEnd = () => new Blob([jpegBytes().slice(0, -2)]);

async function taken(photo: Blob) {
  const result = await shrinkPhoto(photo);
  if ('refused' in result) throw new Error(result.refused);
  return { text: await result.photo.text(), remarks: result.remarks };
}

it('draws a photo again, which leaves out where it was taken', async () => {
  browserThatDecodesPhotos();
  const { text, remarks } = await taken(withPlace());
  expect(text).toMatch(/drawn again$/);
  expect(remarks).toEqual([]);
});

it('says so where a photo’s end is missing', async () => {
  browserThatDecodesPhotos();
  expect((await taken(withoutEnd())).remarks).toEqual([]);
});

const noise = (drawn: Uint8ClampedArray) => drawn.map(() => Math.random() * 256);
it.each([
  ['noise', noise],
  ['nothing but white', (drawn: Uint8ClampedArray) => drawn.map(() => 255)],
])('takes the file itself, less its place, where the browser gives %s for pixels', async (_, pixels) => {
  browserThatDecodesPhotos(pixels);
  const { text, remarks } = await taken(withPlace());
  expect(text).not.toMatch(/drawn again|Leipzi/);
  expect(text).toBe(await new Blob([jpegBytes()]).text());
  expect(remarks).toEqual(['as_it_is']);
});

it('believes pixels of which only the last bit is changed', async () => {
  browserThatDecodesPhotos((drawn) => drawn.map((value, i) => (i % 7 ? value : value ^ 1)));
  expect((await taken(withPlace())).text).toMatch(/drawn again$/);
});

it('refuses HEIC where it can be neither decoded nor sent as it is', async () => {
  browserThatDecodesPhotos(noise);
  for (const brand of ['heic', 'hevm', 'hevs', 'mif1']) {
    const photo = new Blob([`\0\0\0\x18ftyp${brand}\0\0\0\0`]);
    expect(await shrinkPhoto(photo), brand).toEqual({ refused: 'heic_photo' });
  }
});

it('takes no other file of that container', async () => {
  browserThatDecodesPhotos();
  for (const brand of ['avif', 'isom', 'mp42']) {
    const photo = new Blob([`\0\0\0\x18ftyp${brand}\0\0\0\0`]);
    expect(await shrinkPhoto(photo), brand).toEqual({ refused: 'unsupported_photo' });
  }
});
