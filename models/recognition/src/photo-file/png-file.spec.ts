import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { toSrgb } from './colours.ts';
import { pngChunk } from './png-chunk.ts';
import { readPng } from './png-file.ts';

const uint32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
};
const gama = (value: number) => pngChunk('gAMA', uint32(value));
const SRGB = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000];
const chrm = (values = SRGB) => pngChunk('cHRM', uint32(...values));
const cicp = (primaries: number, transfer: number, matrix = 0, full = 1) =>
  pngChunk('cICP', Uint8Array.of(primaries, transfer, matrix, full));
const srgb = pngChunk('sRGB', Uint8Array.of(0));

const GREY = 128;
let png: Buffer;
let greyPng: Buffer;
let widePng: Buffer;
beforeAll(async () => {
  const one = sharp({ create: { width: 2, height: 2, channels: 3, background: { r: GREY, g: GREY, b: GREY } } });
  png = await one.clone().png().toBuffer();
  greyPng = await one.clone().toColourspace('b-w').png().toBuffer();
  widePng = await one.toColourspace('rgb16').png().toBuffer();
});

const withChunks = (file: Buffer, ...chunks: Uint8Array[]) =>
  new Uint8Array(Buffer.concat([file.subarray(0, 33), ...chunks, file.subarray(33)]));
const toDecode = (...chunks: Uint8Array[]) => readPng(withChunks(png, ...chunks)).partsToDecode(1);
const coloursOf = (...chunks: Uint8Array[]) => readPng(withChunks(png, ...chunks)).colours;

/** What a number is in sRGB whose light is a power of it. */
function ofPower(gamma: number): number {
  const light = (GREY / 255) ** gamma;
  return Math.round((light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055) * 255);
}

describe('the colours of a PNG', () => {
  it.each([
    ['linear by gAMA', [gama(100_000)], 1],
    ['of gAMA 1.8', [gama(55_556), chrm()], 1.8],
    ['linear by cICP', [cicp(1, 8)], 1],
    ['of 2.2 by cICP', [cicp(1, 4)], 2.2],
    ['by cICP, whatever gAMA and sRGB say beside it', [srgb, gama(55_556), cicp(1, 8)], 1],
  ])('are read: %s', (_, chunks, gamma) => {
    const pixel = Uint8Array.of(GREY, GREY, GREY);
    toSrgb(pixel, 3, coloursOf(...chunks)!);
    const wanted = ofPower(gamma);
    expect([...pixel]).toEqual([wanted, wanted, wanted]);
  });

  it.each([
    ['nothing is said', []],
    ['sRGB is said', [srgb, gama(100_000)]],
    ['gAMA and cHRM mean sRGB, as ImageMagick and ffmpeg write them', [gama(45_455), chrm()]],
    ['cICP says sRGB', [cicp(1, 13)]],
    ['gAMA makes no sense', [gama(0)]],
    ['the primaries span no triangle', [gama(45_455), chrm([31_270, 32_900, ...Array<number>(6).fill(30_000)])]],
    ['a primary has no height', [chrm([31_270, 32_900, 64_000, 0, 30_000, 60_000, 15_000, 6000])]],
    ['a profile is damaged', [pngChunk('iCCP', Buffer.from('p3\0\0 no zlib'))]],
  ])('are sRGB where %s', (_, chunks) => {
    expect(coloursOf(...chunks)).toBeNull();
  });

  it('are told by no chunk to a decoder, and by all of them to whoever reads the file again', () => {
    expect(toDecode(gama(55_556), chrm(), cicp(1, 8))).toEqual(toDecode());
    const sent = Buffer.concat(readPng(withChunks(png, gama(55_556), chrm())).partsToSend());
    expect([sent.includes('gAMA'), sent.includes('cHRM')]).toEqual([true, true]);
  });

  it.each([
    ['PQ', cicp(9, 16)],
    ['HLG', cicp(9, 18)],
    ['YCbCr', cicp(1, 13, 1)],
    ['a narrow range', cicp(1, 13, 0, 0)],
  ])('are refused where they are %s', (_, chunk) => {
    expect(() => coloursOf(chunk)).toThrow(/bright screens/);
  });

  it('are refused where they are linear, of 16 bits', () => {
    expect(() => readPng(withChunks(widePng, gama(100_000)))).toThrow(/linear/);
    expect(readPng(withChunks(widePng, gama(55_556))).colours).not.toBeNull();
    expect(readPng(withChunks(widePng)).colours).toBeNull();
  });

  it('are read of a grey picture, too', () => {
    expect(readPng(withChunks(greyPng, gama(100_000))).colours).not.toBeNull();
    expect(readPng(withChunks(greyPng, gama(45_455))).colours).toBeNull();
  });
});

it('of an animated PNG, its first picture is left', () => {
  const animation = [pngChunk('acTL', uint32(2, 0)), pngChunk('fdAT', uint32(1))];
  expect(toDecode(...animation)).toEqual(toDecode());
});
