import { readFile } from 'node:fs/promises';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { MOST_CUT, readJpeg } from './jpeg-file.ts';

let photo: Buffer;
beforeAll(async () => {
  photo = await readFile(new URL('../../../data/licensed/boletus-edulis-1.jpg', import.meta.url));
});

const jpeg = async (options: JpegOptions, change: (image: Sharp) => Sharp = (image) => image) =>
  new Uint8Array(
    await change(sharp(photo).resize(300, 400, { fit: 'fill' }))
      .jpeg(options)
      .toBuffer(),
  );
const lessBytes = (file: Uint8Array, bytes: number) => file.subarray(0, file.length - bytes);
const lessShare = (file: Uint8Array, share: number) => lessBytes(file, Math.round(file.length * share));

/** Strictly: a decoder that finds nothing wrong with the file. */
const decoded = (file: Uint8Array) =>
  sharp(Buffer.concat(readJpeg(file).partsToDecode(1)), { failOn: 'error' })
    .raw()
    .toBuffer({ resolveWithObject: true });

const KINDS: [string, JpegOptions, ((image: Sharp) => Sharp)?][] = [
  ['4:2:0', {}],
  ['4:4:4', { chromaSubsampling: '4:4:4' }],
  ['of best quality', { quality: 100 }],
  ['of codes made for it', { optimiseCoding: true, quality: 50 }],
  ['grey', {}, (image) => image.greyscale()],
  ['progressive', { progressive: true }],
  ['progressive by mozjpeg', { mozjpeg: true }],
];

describe.each(KINDS)('a JPEG, %s', (kind, options, change) => {
  it(`is decoded ${kind.startsWith('progressive') ? 'from all its coefficients' : 'row by row'}`, async () => {
    expect(readJpeg(await jpeg(options, change)).decodesByRows).toBe(!kind.startsWith('progressive'));
  });

  it('is whole without its end marker, or half of it', async () => {
    const file = await jpeg(options, change);
    const { data } = await decoded(file);
    for (const missing of [1, 2]) {
      const cut = lessBytes(file, missing);
      expect(readJpeg(cut).cut).toBe(0);
      expect((await decoded(cut)).data.equals(data)).toBe(true);
    }
  });

  it('is taken where 1 % is missing, as what is there', async () => {
    const file = await jpeg(options, change);
    const cut = lessShare(file, 0.01);
    const [{ data, info }, whole] = [await decoded(cut), await decoded(file)];
    expect(readJpeg(cut).cut).toBeLessThanOrEqual(MOST_CUT);
    expect(info.width).toBe(300);
    expect(info.height).toBeGreaterThanOrEqual(400 * (1 - MOST_CUT));
    if (info.height < 400) {
      // All but the row of blocks at the seam is what it was: there, colours are smoothed over what was cut off.
      const sure = info.width * info.channels * (info.height - 16);
      expect(data.subarray(0, sure).equals(whole.data.subarray(0, sure))).toBe(true);
    }
  });

  it('is refused where half is missing', async () => {
    const file = await jpeg(options, change);
    expect(() => readJpeg(lessShare(file, 0.5))).toThrow(/too much of the photo/);
  });
});

it('is refused where 10 % is missing, if its rows are stored one after the other', async () => {
  const file = await jpeg({});
  expect(() => readJpeg(lessShare(file, 0.1))).toThrow(/too much of the photo/);
});

it('says which share of its rows is missing', async () => {
  const file = await jpeg({ chromaSubsampling: '4:4:4' });
  const { cut, partsToDecode } = readJpeg(lessShare(file, 0.02));
  const { height } = await sharp(Buffer.concat(partsToDecode(1))).metadata();
  expect(cut).toBeCloseTo(1 - height / 400, 10);
  expect(height % 8).toBe(0);
});
