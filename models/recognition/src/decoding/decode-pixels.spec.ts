import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { InputSpec } from '../bundle/bundle.schema.ts';
import { decodedSideOf, LARGEST_DECODED_SIDE } from '../preprocess/decoded-side.ts';
import { photoToInput } from '../preprocess/photo-to-input.ts';
import { clearedPhoto, decodePixels, decodeToInput } from './decode-pixels.ts';

/** A picture whose left half is red and whose right half is blue. */
function picture(width = 40, height = 20) {
  const rgb = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(i % width < width / 2 ? [255, 0, 0] : [0, 0, 255], i * 3);
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

describe('a photo’s bytes', () => {
  it.each(['png', 'webp', 'jpeg'] as const)('become RGB pixels: %s', async (format) => {
    const photo = await decodePixels(await picture().toFormat(format, { lossless: true, quality: 100 }).toBuffer());
    expect(photo).toMatchObject({ width: 40, height: 20 });
    expect(photo.rgb).toHaveLength(40 * 20 * 3);
    const [red, , blue] = photo.rgb;
    expect(red).toBeGreaterThan(240);
    expect(blue).toBeLessThan(15);
  });

  it.each([
    ['grey', () => picture().greyscale().png()],
    ['with an alpha channel', () => picture().ensureAlpha(0.5).png()],
    ['grey with an alpha channel', () => picture().greyscale().ensureAlpha(0.5).png()],
    ['of a palette', () => picture().png({ palette: true })],
    ['of 16 bits', () => picture().toColourspace('rgb16').png()],
  ])('become three channels of eight bits where they are %s', async (_, make) => {
    const photo = await decodePixels(await make().toBuffer());
    expect(photo.rgb).toHaveLength(40 * 20 * 3);
  });

  it('stand upright, whichever way the camera was held', async () => {
    const turned = await picture().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const photo = await decodePixels(turned);
    // Turned clockwise, the left half is above.
    expect(photo).toMatchObject({ width: 20, height: 40 });
    expect(photo.rgb[0]).toBeGreaterThan(200);
    expect(photo.rgb.at(-1)).toBeGreaterThan(200);
  });

  it.each(['p3', 'srgb'] as const)('are sRGB, of 8 bits and of 16, by their profile: %s', async (profile) => {
    const colour = (depth: 'srgb' | 'rgb16') =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 100, g: 76, b: 40 } } })
        .toColourspace(depth)
        .withIccProfile(profile)
        .png()
        .toBuffer();
    for (const depth of ['srgb', 'rgb16'] as const) {
      const [r, g, b] = (await decodePixels(await colour(depth))).rgb;
      expect(Math.max(Math.abs(r! - 100), Math.abs(g! - 76), Math.abs(b! - 40)), depth).toBeLessThanOrEqual(2);
    }
  });

  it('are shrunk alike, whatever they are stored as', async () => {
    const photo = await readFile(new URL('../../../data/licensed/boletus-edulis-1.jpg', import.meta.url));
    const large = sharp(photo).resize(1500);
    const [png, webp] = [await large.png().toBuffer(), await large.webp({ lossless: true, effort: 0 }).toBuffer()];
    expect(Buffer.from((await decodePixels(webp)).rgb).equals((await decodePixels(png)).rgb as Uint8Array)).toBe(true);
  });

  it('are white where they are transparent', async () => {
    const clear = await sharp({ create: { width: 4, height: 4, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    expect([...(await decodePixels(clear)).rgb.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it('are shrunk to the longer side that the service uses, and never enlarged', async () => {
    const large = await decodePixels(await picture(2000, 1000).png().toBuffer());
    expect(large).toMatchObject({ width: LARGEST_DECODED_SIDE, height: LARGEST_DECODED_SIDE / 2 });
    expect(await decodePixels(await picture(3, 2).png().toBuffer())).toMatchObject({ width: 3, height: 2 });
  });

  it('decode to the same pixels every time', async () => {
    const bytes = await readFile(new URL('../../../data/licensed/boletus-edulis-1.jpg', import.meta.url));
    const [once, again] = [await decodePixels(bytes), await decodePixels(bytes)];
    expect(Buffer.from(once.rgb).equals(again.rgb as Uint8Array)).toBe(true);
  });

  it('of half a file are refused', async () => {
    const bytes = await readFile(new URL('../../../data/licensed/boletus-edulis-1.jpg', import.meta.url));
    await expect(decodePixels(bytes.subarray(0, bytes.length / 2))).rejects.toThrow();
  });

  it('of more pixels than are allowed are refused', async () => {
    const bytes = await picture().png().toBuffer();
    await expect(decodePixels(bytes, { limitInputPixels: 799 })).rejects.toThrow(/pixel limit/);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('this is no photo')],
    ['the beginning of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
  ])('are refused where they are %s', async (_, bytes) => {
    await expect(decodePixels(bytes)).rejects.toThrow();
  });
});

describe('what a model is shown', () => {
  const shownOf = (file: Uint8Array, spec: InputSpec) => decodeToInput(clearedPhoto(file), spec);
  const licensed = (name: string) => readFile(new URL(`../../../data/licensed/${name}`, import.meta.url));
  const SPECS = [
    { size: 260, fit: 'stretch' },
    { size: 160, fit: 'stretch' },
    { size: 224, fit: 'crop' },
  ] as const;

  it.each(SPECS)('is, of a photo as large as pages send, what a page makes of it: $size, $fit', async (spec) => {
    const file = await licensed('boletus-edulis-1.jpg');
    const photo = await decodePixels(file, { side: decodedSideOf(spec) });
    expect(await shownOf(file, spec)).toEqual(photoToInput(photo, spec));
  });

  it.each(SPECS)('is about three levels from that at most, of larger photos: $size, $fit', async (spec) => {
    const perPhoto: number[] = [];
    for (const name of ['boletus-edulis-1.jpg', 'armillaria-mellea-1.jpg', 'amanita-muscaria-1.jpg']) {
      const large = await sharp(await licensed(name))
        .resize(1600)
        .jpeg({ quality: 95 })
        .toBuffer();
      const photo = await decodePixels(large, { side: decodedSideOf(spec) });
      const expected = photoToInput(photo, spec);
      const differences = Array.from(await shownOf(large, spec), (value, i) => Math.abs(value - expected[i]!));
      perPhoto.push(differences.reduce((sum, one) => sum + one, 0) / differences.length);
    }
    expect(perPhoto.reduce((sum, one) => sum + one, 0) / perPhoto.length).toBeLessThan(3);
  });
});
