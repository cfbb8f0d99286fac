import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { exifOf, type Orientation } from './exif-orientation.ts';
import { readPhotoFile } from './photo-file.ts';
import { PhotoRefusal } from './photo-refusal.ts';
import { pngChunk } from './png-chunk.ts';

const FORMATS = ['jpeg', 'png', 'webp'] as const;
const PLACE = 'Leipzig, Auwald';

let photo: Buffer;
beforeAll(async () => {
  photo = await readFile(new URL('../../../data/licensed/boletus-edulis-1.jpg', import.meta.url));
});

const small = () => sharp(photo).resize(96);
const toDecode = (file: Uint8Array, orientation: Orientation = 1) =>
  Buffer.concat(readPhotoFile(file).partsToDecode(orientation));
const toSend = (file: Uint8Array) => Buffer.concat(readPhotoFile(file).partsToSend());
/** A photo whose profile has a tag of a table: what is in it doesn't matter here. */
async function withTables(format: (typeof FORMATS)[number]): Promise<Buffer> {
  const file = await small().withIccProfile('p3').toFormat(format).toBuffer();
  const icc = (await sharp(file).metadata()).icc!;
  icc.write('A2B0', icc.indexOf('chad'));
  if (format === 'png') {
    const at = file.indexOf('iCCP') - 4;
    const chunk = pngChunk('iCCP', Buffer.concat([Buffer.from('p3\0\0'), deflateSync(icc)]));
    return Buffer.concat([file.subarray(0, at), chunk, file.subarray(at + 12 + file.readUInt32BE(at))]);
  }
  file.set(icc, file.indexOf(icc.subarray(0, 4), file.indexOf(format === 'jpeg' ? 'ICC_PROFILE' : 'ICCP') + 8));
  return file;
}
const pixelsOf = (file: Uint8Array) => sharp(file).raw().toBuffer();

function codeOf(file: Uint8Array): string {
  try {
    readPhotoFile(file);
    return 'taken';
  } catch (error) {
    if (error instanceof PhotoRefusal) return error.code;
    throw error;
  }
}

describe.each(FORMATS)('a %s file', (format) => {
  const taken = (orientation: number) =>
    small()
      .keepMetadata()
      .withMetadata({ orientation })
      .withExifMerge({ IFD0: { ImageDescription: PLACE }, IFD3: { GPSLatitude: '51/1 20/1 0/1' } })
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${PLACE}</x:xmpmeta>`)
      .toFormat(format)
      .toBuffer();

  it('keeps its pixels, and loses what it says about who took it and where', async () => {
    const file = await taken(1);
    expect(file.includes(PLACE)).toBe(true);
    for (const cleared of [toDecode(file), toSend(file)]) {
      expect(cleared.includes(PLACE)).toBe(false);
      expect((await sharp(cleared).metadata()).exif).toBeUndefined();
      expect((await sharp(cleared).metadata()).xmp).toBeUndefined();
      expect((await pixelsOf(cleared)).equals(await pixelsOf(file))).toBe(true);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)(
    'tells its orientation, %i, and is given it back alone',
    async (orientation) => {
      const file = await taken(orientation);
      expect(readPhotoFile(file).orientation).toBe(orientation);
      for (const again of [toDecode(file, orientation), toSend(file)]) {
        expect(readPhotoFile(again).orientation).toBe(orientation);
        expect((await sharp(again).metadata()).orientation ?? 1).toBe(orientation);
        expect(again.includes(PLACE)).toBe(false);
      }
      expect((await sharp(toDecode(file)).metadata()).orientation ?? 1).toBe(1);
    },
  );

  it('has its profile read, and is sent on with it, but decoded without', async () => {
    const file = await small().withIccProfile('p3').toFormat(format).toBuffer();
    const { icc } = await sharp(file).metadata();
    expect(readPhotoFile(file).colours).not.toBeNull();
    expect((await sharp(toSend(file)).metadata()).icc?.equals(icc!)).toBe(true);
    expect(readPhotoFile(toSend(file)).colours).not.toBeNull();
    expect((await sharp(toDecode(file)).metadata()).icc).toBeUndefined();
  });

  it('leaves a profile with tables to the decoder', async () => {
    const file = await withTables(format);
    expect(readPhotoFile(file).colours).toBeNull();
    expect((await sharp(toDecode(file)).metadata()).icc).toBeDefined();
  });

  it('loses what lies behind its end', async () => {
    const file = await small().toFormat(format).toBuffer();
    const cleared = toDecode(Buffer.concat([file, Buffer.from(PLACE)]));
    expect(cleared.includes(PLACE)).toBe(false);
    expect((await pixelsOf(cleared)).equals(await pixelsOf(file))).toBe(true);
  });

  it.each([12, 30, 100, 0.5, 0.9])('is refused where it ends at %d of it', async (end) => {
    const file = await small().toFormat(format).toBuffer();
    const half = file.subarray(0, end < 1 ? Math.round(file.length * end) : end);
    expect(codeOf(half)).toMatch(/^(undecodable|cut)_photo$/);
  });
});

describe('the size of a photo', () => {
  const wide = () => sharp(photo).resize(97, 33, { fit: 'fill' });
  it.each([
    ['JPEG', () => wide().jpeg()],
    ['progressive JPEG', () => wide().jpeg({ progressive: true })],
    ['PNG', () => wide().png()],
    ['lossy WebP', () => wide().webp()],
    ['lossless WebP', () => wide().webp({ lossless: true })],
    ['see-through WebP', () => wide().ensureAlpha(0.5).webp()],
  ])('is read from the header of a %s', async (_, made) => {
    expect(readPhotoFile(await made().toBuffer())).toMatchObject({ width: 97, height: 33 });
  });

  it('is not nothing', async () => {
    const jpeg = await wide().jpeg().toBuffer();
    jpeg.writeUInt16BE(0, jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5);
    expect(codeOf(jpeg)).toBe('undecodable_photo');
  });
});

describe('a photo that has nothing to be cleared of', () => {
  it('is not copied for a decoder where it is a JPEG', async () => {
    const file = await small().jpeg().toBuffer();
    expect(readPhotoFile(file).partsToDecode(1)).toEqual([new Uint8Array(file)]);
  });
});

describe('a file that is not taken', () => {
  it.each([
    ['heic_photo', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
    ['unsupported_photo', () => small().avif({ effort: 0 }).toBuffer()],
    ['unsupported_photo', () => small().gif().toBuffer()],
    ['unsupported_photo', () => small().tiff().toBuffer()],
    ['unsupported_photo', () => Buffer.from([0xff, 0x0a, 0xfa, 0x7f])],
    ['unsupported_colours', () => small().toColourspace('cmyk').jpeg().toBuffer()],
    ['undecodable_photo', () => Buffer.from('RIFF\x24\0\0\0WEBPVP8 ')],
    ['undecodable_photo', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
    ['undecodable_photo', () => Buffer.from([0xff, 0xd8, 0xff])],
  ])('is told by its code: %s', async (code, make) => {
    expect(codeOf(await make())).toBe(code);
  });

  it.each([0xc3, 0xc5, 0xc9, 0xca, 0xcb])('is a JPEG of a rare kind, by its marker %i', async (marker) => {
    const file = await small().jpeg().toBuffer();
    file[file.indexOf(Buffer.from([0xff, 0xc0])) + 1] = marker;
    expect(codeOf(file)).toBe('unsupported_jpeg');
  });

  it('is a JPEG of 12 bits', async () => {
    const file = await small().jpeg().toBuffer();
    file[file.indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12;
    expect(codeOf(file)).toBe('unsupported_jpeg');
  });

  it('is a WebP that moves', async () => {
    const frames = await Promise.all([small().png().toBuffer(), small().flop().png().toBuffer()]);
    const file = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect(codeOf(file)).toBe('animated_photo');
  });

  it('has a sentence for a person', () => {
    expect(new PhotoRefusal('unsupported_colours').message).toMatch(/CMYK.*sRGB\.$/);
  });
});

it('reads orientation as a number of 32 bits, and in either order of bytes', async () => {
  const withExif = async (exif: Uint8Array) => {
    const png = await small().png().toBuffer();
    return readPhotoFile(Buffer.concat([png.subarray(0, 33), pngChunk('eXIf', exif), png.subarray(33)])).orientation;
  };
  const long = exifOf(6);
  long[13] = 4;
  long.set([0, 0, 0, 6], 18);
  expect(await withExif(long)).toBe(6);
  const little = Buffer.from('49492a0008000000010012010400010000000800000000000000', 'hex');
  expect(await withExif(little)).toBe(8);
  expect(await withExif(Buffer.concat([Buffer.from('Exif\0\0'), little]))).toBe(8);
  for (const bad of ['', '4949', '49492a00ffffffff', '49492a000800000001001201020001000000080000000000']) {
    expect(await withExif(Buffer.from(bad, 'hex')), bad).toBe(1);
  }
  const ninth = exifOf(6);
  ninth[19] = 9;
  expect(await withExif(ninth)).toBe(1);
});
