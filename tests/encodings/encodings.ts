import { exifOf, type Orientation } from '@mushroom/recognition/photo-file/exif-orientation';
import type { PhotoRefusalCode } from '@mushroom/recognition/photo-file/photo-refusal';
import { pngChunk } from '@mushroom/recognition/photo-file/png-chunk';
import sharp, { type Sharp } from 'sharp';

/** A way to put a photo into a file. */
export interface Encoding {
  name: string;
  encode: (photo: Buffer) => Promise<Buffer>;
  /** Why all refuse it; undefined where all take it. */
  refused?: PhotoRefusalCode;
}

/** Pixels that a camera stored so that its EXIF orientation turns them upright. */
const STORED: Record<Orientation, (upright: Sharp) => Sharp> = {
  1: (upright) => upright,
  2: (upright) => upright.flop(),
  3: (upright) => upright.rotate(180),
  4: (upright) => upright.flip(),
  // Mirroring comes after turning, whatever the order of the calls.
  5: (upright) => upright.rotate(90).flip(),
  6: (upright) => upright.rotate(270),
  7: (upright) => upright.rotate(270).flip(),
  8: (upright) => upright.rotate(90),
};
const ORIENTATIONS = Object.keys(STORED).map((key) => Number(key) as Orientation);

/** Any lossy coding of so little loss that no answer hangs on it. */
const QUALITY = 98;
const FORMATS: Record<string, (image: Sharp) => Sharp> = {
  JPEG: (image) => image.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' }),
  PNG: (image) => image.png({ compressionLevel: 3 }),
  WebP: (image) => image.webp({ lossless: true, effort: 1 }),
};

/** Every way that is tried: those that all sides take, and those that all refuse. */
export const ENCODINGS: Encoding[] = [
  ...Object.entries(FORMATS).flatMap(([format, write]) => [
    { name: format, encode: (photo: Buffer) => write(sharp(photo)).toBuffer() },
    {
      name: `${format}, Display P3 by its profile`,
      encode: (photo: Buffer) => write(sharp(photo).withIccProfile('p3')).toBuffer(),
    },
    ...ORIENTATIONS.map((orientation) => ({
      name: `${format}, orientation ${orientation}`,
      encode: async (photo: Buffer) => oriented(await stored(photo, orientation, write), orientation),
    })),
    {
      name: `${format}, orientation 6 as LONG`,
      encode: async (photo: Buffer) => asLong(await oriented(await stored(photo, 6, write), 6)),
    },
  ]),
  {
    name: 'JPEG, progressive, 4:2:0',
    encode: (photo) => sharp(photo).jpeg({ quality: QUALITY, progressive: true }).toBuffer(),
  },
  { name: 'JPEG, 4:2:0', encode: (photo) => sharp(photo).jpeg({ quality: QUALITY }).toBuffer() },
  {
    name: 'JPEG, grey',
    encode: (photo) => sharp(photo).greyscale().toColourspace('b-w').jpeg({ quality: QUALITY }).toBuffer(),
  },
  {
    name: 'JPEG, no end marker',
    encode: async (photo) => (await FORMATS.JPEG!(sharp(photo)).toBuffer()).subarray(0, -2),
  },
  { name: 'JPEG, 1 % missing', encode: (photo) => cut(photo, 0.01) },
  { name: 'JPEG, 10 % missing', encode: (photo) => cut(photo, 0.1), refused: 'cut_photo' },
  { name: 'JPEG, 50 % missing', encode: (photo) => cut(photo, 0.5), refused: 'cut_photo' },
  { name: 'JPEG, progressive, no end marker', encode: async (photo) => (await progressive(photo)).subarray(0, -2) },
  { name: 'JPEG, progressive, 1 % missing', encode: (photo) => cut(photo, 0.01, progressive) },
  { name: 'JPEG, progressive, 50 % missing', encode: (photo) => cut(photo, 0.5, progressive), refused: 'cut_photo' },
  {
    name: 'JPEG, CMYK with a profile',
    encode: (photo) => sharp(photo).toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: QUALITY }).toBuffer(),
    refused: 'unsupported_colours',
  },
  {
    name: 'JPEG, CMYK without a profile',
    encode: async (photo) =>
      withoutProfile(await sharp(photo).toColourspace('cmyk').jpeg({ quality: QUALITY }).toBuffer()),
    refused: 'unsupported_colours',
  },
  {
    name: 'JPEG, lossless',
    encode: async (photo) => ofMarker(await FORMATS.JPEG!(sharp(photo)).toBuffer(), 0xc3),
    refused: 'unsupported_jpeg',
  },
  {
    name: 'JPEG, arithmetic',
    encode: async (photo) => ofMarker(await FORMATS.JPEG!(sharp(photo)).toBuffer(), 0xc9),
    refused: 'unsupported_jpeg',
  },
  {
    name: 'PNG, 16 bits',
    encode: (photo) => sharp(photo).toColourspace('rgb16').png({ compressionLevel: 3 }).toBuffer(),
  },
  { name: 'PNG, palette', encode: (photo) => sharp(photo).png({ palette: true }).toBuffer() },
  { name: 'PNG, grey', encode: (photo) => sharp(photo).greyscale().toColourspace('b-w').png().toBuffer() },
  { name: 'PNG, half see-through', encode: (photo) => sharp(photo).ensureAlpha(0.7).png().toBuffer() },
  { name: 'PNG, gAMA and cHRM of sRGB', encode: (photo) => withChunks(photo, toSrgb, gama(45_455), chrm(SRGB)) },
  {
    name: 'PNG, gAMA of 1.8, 16 bits',
    encode: (photo) => withChunks(photo, (light) => light ** (1 / 1.8), gama(55_556)),
  },
  { name: 'PNG, grey, gAMA of 1.8, 16 bits', encode: (photo) => grey(photo, (light) => light ** (1 / 1.8), 55_556) },
  {
    name: 'PNG, linear by gAMA, 16 bits',
    encode: (photo) => withChunks(photo, (light) => light, gama(100_000)),
    refused: 'unsupported_colours',
  },
  {
    name: 'PNG, grey, linear by gAMA, 16 bits',
    encode: (photo) => grey(photo, (light) => light, 100_000),
    refused: 'unsupported_colours',
  },
  { name: 'PNG, cICP of sRGB', encode: (photo) => withChunks(photo, toSrgb, cicp(1, 13)) },
  {
    name: 'PNG, linear by cICP, 16 bits',
    encode: (photo) => withChunks(photo, (light) => light, cicp(1, 8)),
    refused: 'unsupported_colours',
  },
  { name: 'PNG, Display P3 by cICP', encode: displayP3 },
  {
    name: 'PNG, Display P3 by its profile, 16 bits',
    encode: (photo) => sharp(photo).toColourspace('rgb16').withIccProfile('p3').png({ compressionLevel: 3 }).toBuffer(),
  },
  {
    name: 'PNG, bright screens (PQ) by cICP',
    encode: (photo) => withChunks(photo, toSrgb, cicp(9, 16)),
    refused: 'unsupported_colours',
  },
  {
    name: 'PNG, bright screens (HLG) by cICP',
    encode: (photo) => withChunks(photo, toSrgb, cicp(9, 18)),
    refused: 'unsupported_colours',
  },
  { name: 'WebP, lossy', encode: (photo) => sharp(photo).webp({ quality: QUALITY, effort: 2 }).toBuffer() },
  {
    name: 'WebP, half see-through',
    encode: (photo) => sharp(photo).ensureAlpha(0.7).webp({ quality: QUALITY, effort: 2 }).toBuffer(),
  },
  { name: 'WebP, animated', encode: animated, refused: 'animated_photo' },
  {
    name: 'AVIF',
    encode: (photo) => sharp(photo).resize(128).avif({ quality: 80, effort: 0 }).toBuffer(),
    refused: 'unsupported_photo',
  },
  { name: 'GIF', encode: (photo) => sharp(photo).resize(128).gif().toBuffer(), refused: 'unsupported_photo' },
  { name: 'TIFF', encode: (photo) => sharp(photo).resize(128).tiff().toBuffer(), refused: 'unsupported_photo' },
];

const large = (image: Sharp) => image.jpeg({ quality: 85 });

/** Those tried on photos of 12 megapixels: what else is tried has the same pixels. */
export const LARGE_ENCODINGS: Encoding[] = [
  { name: 'JPEG, 12 megapixels', encode: (photo) => large(sharp(photo)).toBuffer() },
  {
    name: 'JPEG, 12 megapixels, Display P3 by its profile',
    encode: (photo) => large(sharp(photo).withIccProfile('p3')).toBuffer(),
  },
  {
    name: 'JPEG, 12 megapixels, orientation 6',
    encode: async (photo) => oriented(await stored(photo, 6, large), 6),
  },
  { name: 'PNG, 12 megapixels, 16 levels a colour', encode: coarsePng },
  {
    name: 'WebP, 12 megapixels, orientation 6',
    encode: async (photo) => oriented(await stored(photo, 6, (image) => image.webp({ quality: 85, effort: 0 })), 6),
  },
];

/** So coarse that it is no larger than what may be sent: noise hides the steps. */
async function coarsePng(photo: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
  const levels = Uint8Array.from({ length: 256 }, (_, value) => Math.round((value / 255) * 15) * 17);
  const coarse = data.map((value) => levels[value]!);
  return sharp(coarse, { raw: info }).png().toBuffer();
}

const stored = (photo: Buffer, orientation: Orientation, write: (image: Sharp) => Sharp): Promise<Buffer> =>
  write(STORED[orientation](sharp(photo))).toBuffer();

/** A file with an orientation in its EXIF data, whichever kind it is. */
function oriented(file: Buffer, orientation: Orientation): Promise<Buffer> {
  return sharp(file)
    .metadata()
    .then(({ format }) => {
      const exif = exifOf(orientation);
      if (format === 'png') return Buffer.concat([file.subarray(0, 33), pngChunk('eXIf', exif), file.subarray(33)]);
      if (format === 'webp') return extendedWebp(file, exif);
      const head = Buffer.from([0xff, 0xe1, 0, 8 + exif.length, ...Buffer.from('Exif\0\0'), ...exif]);
      return Buffer.concat([file.subarray(0, 2), head, file.subarray(2)]);
    });
}

/** sharp writes no EXIF data of one's own into a lossless WebP of the simple kind: it is put into one by hand. */
async function extendedWebp(file: Buffer, exif: Uint8Array): Promise<Buffer> {
  const { width, height } = await sharp(file).metadata();
  const extended = Buffer.alloc(18);
  extended.write('VP8X');
  extended.writeUInt32LE(10, 4);
  extended[8] = 0x08;
  extended.writeUIntLE(width - 1, 12, 3);
  extended.writeUIntLE(height - 1, 15, 3);
  const chunk = Buffer.alloc(8 + exif.length);
  chunk.write('EXIF');
  chunk.writeUInt32LE(exif.length, 4);
  chunk.set(exif, 8);
  const webp = Buffer.concat([file.subarray(0, 12), extended, file.subarray(12), chunk]);
  webp.writeUInt32LE(webp.length - 8, 4);
  return webp;
}

/** The orientation as a number of 32 bits, as some programs write it. */
function asLong(file: Buffer): Buffer {
  const tag = file.indexOf(Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0]));
  const long = Buffer.from(file);
  const orientation = long[tag + 9]!;
  long[tag + 3] = 4;
  long.writeUInt32BE(orientation, tag + 8);
  // Its checksum changes, too.
  const chunk = long.indexOf('eXIf');
  if (chunk < 0) return long;
  const length = long.readUInt32BE(chunk - 4);
  long.set(pngChunk('eXIf', long.subarray(chunk + 4, chunk + 4 + length)), chunk - 4);
  return long;
}

const progressive = (photo: Buffer) => sharp(photo).jpeg({ quality: QUALITY, progressive: true }).toBuffer();

async function cut(photo: Buffer, share: number, write = (image: Buffer) => FORMATS.JPEG!(sharp(image)).toBuffer()) {
  const file = await write(photo);
  return file.subarray(0, Math.round(file.length * (1 - share)));
}

/** A JPEG that says of itself that it is of another kind. */
function ofMarker(file: Buffer, marker: number): Buffer {
  const other = Buffer.from(file);
  other[file.indexOf(Buffer.from([0xff, 0xc0])) + 1] = marker;
  return other;
}

/** A JPEG less its APP2 segments. */
function withoutProfile(file: Buffer): Buffer {
  for (let at = 2; file[at + 1] !== 0xda;) {
    const end = at + 2 + file.readUInt16BE(at + 2);
    if (file[at + 1] === 0xe2) file = Buffer.concat([file.subarray(0, at), file.subarray(end)]);
    else at = end;
  }
  return file;
}

const toLight = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const toSrgb = (light: number) => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

/** Makes 16-bit numbers of a photo's light. */
async function withChunks(photo: Buffer, curve: (light: number) => number, ...chunks: Uint8Array[]): Promise<Buffer> {
  const { data, info } = await sharp(photo)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return png16(data, info, curve, chunks);
}

async function grey(photo: Buffer, curve: (light: number) => number, gamma: number): Promise<Buffer> {
  const { data, info } = await sharp(photo).greyscale().raw().toBuffer({ resolveWithObject: true });
  return png16(data, info, curve, [gama(gamma)]);
}

async function displayP3(photo: Buffer): Promise<Buffer> {
  const file = await sharp(photo).withIccProfile('p3').png({ compressionLevel: 3 }).toBuffer();
  const [start, length] = [file.indexOf('iCCP') - 4, file.readUInt32BE(file.indexOf('iCCP') - 4)];
  return Buffer.concat([file.subarray(0, start), cicp(12, 13), file.subarray(start + length + 12)]);
}

async function png16(
  rgb: Buffer,
  { width, height, channels }: { width: number; height: number; channels: 1 | 2 | 3 | 4 },
  curve: (light: number) => number,
  chunks: Uint8Array[],
): Promise<Buffer> {
  const numbers = Uint16Array.from({ length: 256 }, (_, value) => Math.round(curve(toLight(value / 255)) * 65_535));
  const wide = Uint16Array.from(rgb, (value) => numbers[value]!);
  const space = channels === 1 ? 'grey16' : 'rgb16';
  const file = await sharp(wide, { raw: { width, height, channels } })
    .toColourspace(space)
    .png({ compressionLevel: 3 })
    .toBuffer();
  return Buffer.concat([file.subarray(0, 33), ...chunks, file.subarray(33)]);
}

const SRGB = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000];

const uint32 = (...values: number[]) =>
  new Uint8Array(
    Buffer.concat(
      values.map((value) => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(value);
        return bytes;
      }),
    ),
  );
const gama = (value: number) => pngChunk('gAMA', uint32(value));
const chrm = (values: number[]) => pngChunk('cHRM', uint32(...values));
const cicp = (primaries: number, transfer: number) => pngChunk('cICP', Uint8Array.of(primaries, transfer, 0, 1));

async function animated(photo: Buffer): Promise<Buffer> {
  const small = sharp(photo).resize(128);
  const frames = await Promise.all([small.clone().png().toBuffer(), small.clone().flop().png().toBuffer()]);
  return sharp(frames, { join: { animated: true } })
    .webp({ delay: [100, 100] })
    .toBuffer();
}
