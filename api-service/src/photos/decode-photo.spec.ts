import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Color, type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { Problem } from '../problems.ts';
import { photoDecoder, type DecodedPhoto } from './decode-photo.ts';

const decode = photoDecoder(2);
const never = new AbortController().signal;
// Every photo of this file listens to it.
setMaxListeners(0, never);

const licensed = (file: string) => readFile(path.join(path.dirname(readConfig({}).LICENSED_PHOTOS), 'licensed', file));
const plain = (width: number, height: number, background: Color = '#c02010') =>
  sharp({ create: { width, height, channels: 4, background } });

const spec = { size: 64, fit: 'stretch' } as const;
const decoded = (file: Buffer) => decode(file, spec, never);

/** Of the model's input, at a place in shares of its sides. */
function pixel({ input }: DecodedPhoto, x: number, y: number): number[] {
  const at = (Math.floor(y * spec.size) * spec.size + Math.floor(x * spec.size)) * 3;
  return [...input.subarray(at, at + 3)];
}

async function codeOf(file: Buffer): Promise<string> {
  const error = await decoded(file).catch((error: unknown) => error);
  return error instanceof Problem ? error.code : 'decoded';
}

describe('a decoded photo', () => {
  it.each([
    [2000, 1000, 'larger than pages send'],
    [100, 60, 'small'],
  ])('is what the model takes, and says how large it was: %i × %i, %s', async (width, height) => {
    for (const fit of ['stretch', 'crop'] as const) {
      const photo = await decode(await plain(width, height).jpeg().toBuffer(), { size: 48, fit }, never);
      expect(photo).toMatchObject({ width, height, cut: 0 });
      expect(photo.input).toHaveLength(48 * 48 * 3);
    }
  });

  it('stands upright as its EXIF orientation says, for all eight of them', async () => {
    // Red to the left, blue to the right, in every orientation that a camera may have stored it.
    const upright = await sharp({ create: { width: 96, height: 64, channels: 3, background: '#0000ff' } })
      .composite([{ input: await plain(48, 64, '#ff0000').png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const stored: Record<number, (image: Sharp) => Sharp> = {
      1: (image) => image,
      2: (image) => image.flop(),
      3: (image) => image.rotate(180),
      4: (image) => image.flip(),
      6: (image) => image.rotate(270),
      8: (image) => image.rotate(90),
    };
    for (const [orientation, turn] of Object.entries(stored)) {
      const file = await turn(sharp(upright))
        .withMetadata({ orientation: Number(orientation) })
        .jpeg({ quality: 95 })
        .toBuffer();
      const photo = await decoded(file);
      expect([photo.width, photo.height], orientation).toEqual([96, 64]);
      expect(pixel(photo, 0.1, 0.5)[0], orientation).toBeGreaterThan(200);
      expect(pixel(photo, 0.9, 0.5)[2], orientation).toBeGreaterThan(200);
    }
  });

  it('has white where the file was transparent', async () => {
    const photo = await decoded(await plain(64, 64, { r: 0, g: 0, b: 0, alpha: 0 }).png().toBuffer());
    expect(pixel(photo, 0.5, 0.5)).toEqual([255, 255, 255]);
  });

  it.each([
    ['grey JPEG', () => plain(64, 48).flatten().greyscale().jpeg()],
    ['progressive JPEG', () => plain(64, 48).flatten().jpeg({ progressive: true })],
    ['16-bit PNG', () => plain(64, 48).toColourspace('rgb16').png()],
    ['palette PNG', () => plain(64, 48).png({ palette: true })],
    ['WebP', () => plain(64, 48).webp()],
  ])('comes from a %s too', async (_name, make) => {
    expect(await decoded(await make().toBuffer())).toMatchObject({ width: 64, height: 48 });
  });

  it('carries nothing but pixels: where a photo was taken is gone', async () => {
    const file = await plain(64, 64)
      .flatten()
      .withExif({ IFD3: { GPSLatitude: '47/1 0/1 0/1' } })
      .jpeg()
      .toBuffer();
    expect((await sharp(file).metadata()).exif).toBeDefined();
    expect(Object.keys(await decoded(file)).sort()).toEqual(['cut', 'height', 'input', 'width']);
  });

  it('comes from a photo with an archive behind it: the rest is never looked at', async () => {
    const jpeg = await plain(64, 64).flatten().jpeg().toBuffer();
    expect(await codeOf(Buffer.concat([jpeg, Buffer.from('PK\x03\x04 and a program')]))).toBe('decoded');
  });
});

describe('a file that is no good photo', () => {
  it.each([0, 3, 20, 200, 1000, 5000, 20_000, 30_000, 0.5, 0.9])('is refused when cut at byte %i', async (end) => {
    const whole = await licensed('amanita-muscaria-2.jpg');
    const at = end < 1 ? Math.round(end * whole.length) : end;
    expect(await codeOf(whole.subarray(0, at))).toBe(end === 0 ? 'empty_photo' : 'undecodable_photo');
  });

  it.each([2, 0.01])('is taken when it lacks no more than its last rows: %d', async (missing) => {
    const whole = await licensed('amanita-muscaria-2.jpg');
    const bytes = missing < 1 ? Math.round(missing * whole.length) : missing;
    expect(await codeOf(whole.subarray(0, whole.length - bytes))).toBe('decoded');
  });

  it('is refused in a sentence when its colours are those of print, or its kind is rare', async () => {
    const print = await plain(64, 48).flatten().toColourspace('cmyk').jpeg().toBuffer();
    const error = await decoded(print).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code: 'unsupported_colours', message: expect.stringContaining('sRGB') });
    const lossless = await plain(64, 48).flatten().jpeg().toBuffer();
    lossless[lossless.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc3;
    expect(await codeOf(lossless)).toBe('unsupported_jpeg');
  });

  it('is refused when damaged in the middle', async () => {
    const png = await sharp(await licensed('amanita-muscaria-2.jpg'))
      .png()
      .toBuffer();
    png.fill(0, png.length / 2, png.length / 2 + 100);
    expect(await codeOf(png)).toBe('undecodable_photo');
  });

  it('is refused by its header when it has too many pixels, before any is decoded', async () => {
    const claim = await plain(64, 64).png().toBuffer();
    claim.writeUInt32BE(50_000, 16);
    claim.writeUInt32BE(50_000, 20);
    claim.writeUInt32BE(crc32(claim.subarray(12, 29)), 29);
    expect(await codeOf(claim)).toBe('too_many_pixels');
    const real = await sharp({ create: { width: 8000, height: 5001, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    expect(await codeOf(real)).toBe('too_many_pixels');
  });

  it('may have the 64 megapixels of a phone where it is a JPEG that is decoded row by row', async () => {
    const [width, height] = [9248, 6920];
    const black = sharp({ create: { width, height, channels: 3, background: '#000' } });
    expect(await decode(await black.jpeg().toBuffer(), spec, never)).toMatchObject({ width, height });
    const claim = await plain(64, 64).jpeg({ progressive: true }).toBuffer();
    const frame = claim.indexOf(Buffer.from([0xff, 0xc2]));
    claim.writeUInt16BE(height, frame + 5);
    claim.writeUInt16BE(width, frame + 7);
    expect(await codeOf(claim)).toBe('too_many_pixels');
  });

  it('is refused when it is too small to show anything', async () => {
    expect(await codeOf(await plain(31, 400).png().toBuffer())).toBe('photo_too_small');
  });

  it('is refused when it moves', async () => {
    const frames = [plain(64, 64, '#f00'), plain(64, 64, '#0f0')].map((frame) => frame.png().toBuffer());
    const webp = await sharp(await Promise.all(frames), { join: { animated: true } })
      .webp({ delay: [100, 100] })
      .toBuffer();
    expect(await codeOf(webp)).toBe('animated_photo');
  });

  it.each(['gif', 'tiff', 'avif'] as const)(
    'is refused when it is %s, though the library could read it',
    async (format) => {
      expect(await codeOf(await plain(64, 64).toFormat(format).toBuffer())).toBe('unsupported_photo');
    },
  );

  it('finds no loader of another format, should its type ever be mistaken', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>');
    await expect(sharp(svg).metadata()).rejects.toThrow(/unsupported/);
  });
});

describe('decoding', () => {
  it('is not begun for a request that was given up', async () => {
    const gone = AbortSignal.abort(new Problem('client_closed'));
    await expect(decode(await plain(64, 64).png().toBuffer(), spec, gone)).rejects.toMatchObject({
      code: 'client_closed',
    });
  });

  it('of one photo at a time goes on when a request that waits is given up, and that one hears of it at once', async () => {
    const oneByOne = photoDecoder(1);
    const file = await plain(3000, 2000).jpeg().toBuffer();
    const controller = new AbortController();
    const first = oneByOne(file, spec, never);
    const second = oneByOne(file, spec, controller.signal);
    const third = oneByOne(file, spec, never);
    const settled: string[] = [];
    const noted = [
      first.then(() => settled.push('first decoded')),
      second.catch((problem: Problem) => settled.push(`second ${problem.code}`)),
      third.then(() => settled.push('third decoded')),
    ];
    controller.abort(new Problem('deadline_exceeded'));
    await Promise.all(noted);
    expect(settled).toEqual(['second deadline_exceeded', 'first decoded', 'third decoded']);
  });

  it('is refused at once where a photo would have to wait past its deadline', async () => {
    const oneByOne = photoDecoder(1);
    const file = await plain(64, 64).png().toBuffer();
    const waiting = Array.from({ length: 50 }, () => oneByOne(file, spec, never));
    const hasty = oneByOne(file, spec, never, performance.now() + 1).catch((problem: Problem) => problem);
    expect(await hasty).toMatchObject({ code: 'overloaded' });
    expect(((await hasty) as Problem).facts.retryAfter).toBeGreaterThan(0);
    expect(await Promise.all([...waiting, oneByOne(file, spec, never, performance.now() + 600_000)])).toHaveLength(51);
  });
});
