import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
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
beforeAll(async () => {
  const one = sharp({ create: { width: 2, height: 2, channels: 3, background: { r: GREY, g: GREY, b: GREY } } });
  png = await one.clone().png().toBuffer();
  greyPng = await one.toColourspace('b-w').png().toBuffer();
});

const withChunks = (file: Buffer, ...chunks: Uint8Array[]) =>
  new Uint8Array(Buffer.concat([file.subarray(0, 33), ...chunks, file.subarray(33)]));
const rewritten = (...chunks: Uint8Array[]) => Buffer.concat(readPng(withChunks(png, ...chunks)).parts(1));
const shown = async (file: Buffer) => [...(await sharp(file).toColourspace('srgb').raw().toBuffer()).subarray(0, 3)];

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
  ])('are put as a profile: %s', async (_, chunks, gamma) => {
    const [r, g, b] = await shown(rewritten(...chunks));
    const wanted = ofPower(gamma);
    expect(Math.max(...[r!, g!, b!].map((value) => Math.abs(value - wanted)))).toBeLessThanOrEqual(1);
  });

  it.each([
    ['nothing is said', []],
    ['sRGB is said', [srgb, gama(100_000)]],
    ['gAMA and cHRM mean sRGB, as ImageMagick and ffmpeg write them', [gama(45_455), chrm()]],
    ['cICP says sRGB', [cicp(1, 13)]],
    ['gAMA makes no sense', [gama(0)]],
    ['the primaries span no triangle', [gama(45_455), chrm([31_270, 32_900, ...Array<number>(6).fill(30_000)])]],
    ['a primary has no height', [chrm([31_270, 32_900, 64_000, 0, 30_000, 60_000, 15_000, 6000])]],
  ])('are sRGB where %s', async (_, chunks) => {
    const file = rewritten(...chunks);
    expect(file.includes('iCCP')).toBe(false);
    expect(await shown(file)).toEqual([GREY, GREY, GREY]);
  });

  it.each([
    ['PQ', cicp(9, 16)],
    ['HLG', cicp(9, 18)],
    ['YCbCr', cicp(1, 13, 1)],
    ['a narrow range', cicp(1, 13, 0, 0)],
  ])('are refused where they are %s', (_, chunk) => {
    expect(() => rewritten(chunk)).toThrow(/bright screens/);
  });

  it('are refused where they are another grey than that of sRGB', () => {
    expect(() => readPng(withChunks(greyPng, gama(100_000)))).toThrow(/bright screens/);
    expect(readPng(withChunks(greyPng, gama(45_455))).cut).toBe(0);
  });
});

it('of an animated PNG, its first picture is left', async () => {
  const animation = [pngChunk('acTL', uint32(2, 0)), pngChunk('fdAT', uint32(1))];
  const file = rewritten(...animation);
  expect(file.includes('acTL') || file.includes('fdAT')).toBe(false);
  expect(await shown(file)).toEqual([GREY, GREY, GREY]);
});
