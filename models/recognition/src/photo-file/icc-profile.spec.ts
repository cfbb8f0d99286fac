import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DISPLAY_P3, toSrgb, type Colours } from './colours.ts';
import { coloursOfProfile } from './icc-profile.ts';

/** A profile that sharp's Little CMS writes. */
async function profile(name: 'p3' | 'srgb' | 'cmyk'): Promise<Buffer> {
  const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: '#808080' } });
  if (name === 'cmyk') picture.toColourspace('cmyk');
  const file = await picture.withIccProfile(name).jpeg().toBuffer();
  return (await sharp(file).metadata()).icc!;
}

function converted(colours: Colours, ...rgb: number[]): number[] {
  const pixel = Uint8Array.from(rgb);
  toSrgb(pixel, 3, colours);
  return [...pixel];
}

/** Little CMS's Display P3, with its three curves replaced; they share one, the last tag. */
async function withCurve(curve: Buffer): Promise<Buffer> {
  const p3 = await profile('p3');
  const start = p3.readUInt32BE(p3.indexOf('rTRC') + 4);
  for (const name of ['rTRC', 'gTRC', 'bTRC']) p3.writeUInt32BE(curve.length, p3.indexOf(name) + 8);
  return Buffer.concat([p3.subarray(0, start), curve]);
}

const table = (...entries: number[]) => {
  const tag = Buffer.alloc(12 + entries.length * 2);
  tag.write('curv');
  tag.writeUInt32BE(entries.length, 8);
  entries.forEach((entry, i) => tag.writeUInt16BE(entry, 12 + i * 2));
  return tag;
};
const parametric = (type: number, ...parameters: number[]) => {
  const tag = Buffer.alloc(12 + parameters.length * 4);
  tag.write('para');
  tag.writeUInt16BE(type, 8);
  parameters.forEach((value, i) => tag.writeInt32BE(Math.round(value * 65_536), 12 + i * 4));
  return tag;
};

describe('an ICC profile', () => {
  it('of Display P3 gives its colours', async () => {
    const colours = coloursOfProfile(await profile('p3'))!;
    for (const rgb of [
      [184, 71, 49],
      [10, 200, 90],
      [255, 255, 255],
      [3, 2, 1],
    ]) {
      const off = converted(colours, ...rgb).map((value, i) => Math.abs(value - converted(DISPLAY_P3, ...rgb)[i]!));
      expect(Math.max(...off), String(rgb)).toBeLessThanOrEqual(1);
    }
  });

  it('of sRGB gives none', async () => {
    expect(coloursOfProfile(await profile('srgb'))).toBeNull();
  });

  it.each([
    ['a straight line', table(), 0.5],
    ['a power', table(512), 0.25],
    ['a table', table(0, 16_384, 65_535), 0.25],
    ['a power with parameters', parametric(0, 3), 0.125],
    ['CIE 122', parametric(1, 2, 2, -0.5), 0.25],
    ['IEC 61966-3', parametric(2, 2, 2, -0.5, 0.1), 0.35],
    ['that of sRGB', parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045), 0.214],
    ['a power and a line with what is added', parametric(4, 2, 1, 0, 0.5, 0.6, 0, 0.1), 0.35],
  ])('may have a curve that is %s', async (_, curve, light) => {
    const { curves } = coloursOfProfile(await withCurve(curve))!;
    expect(curves.map((one) => one(0.5))).toEqual([
      expect.closeTo(light, 3),
      expect.closeTo(light, 3),
      expect.closeTo(light, 3),
    ]);
  });

  it('of a grey gives its curve, by which grey stays grey', async () => {
    const grey = await withCurve(table(256));
    grey.write('GRAY', 16);
    grey.write('kTRC', grey.indexOf('rTRC'));
    expect(converted(coloursOfProfile(grey)!, 128, 128, 128)).toEqual([188, 188, 188]);
  });

  it('of print, or that is damaged, is none', async () => {
    expect(coloursOfProfile(await profile('cmyk'))).toBeNull();
    const p3 = await profile('p3');
    for (const end of [0, 17, 130, 200, 400]) expect(coloursOfProfile(p3.subarray(0, end)), `${end}`).toBeNull();
    const without = Buffer.from(p3);
    without.write('none', without.indexOf('gXYZ'));
    expect(coloursOfProfile(without)).toBeNull();
    expect(coloursOfProfile(await withCurve(parametric(9)))).toBeNull();
  });

  it('with a table is left to decoders', async () => {
    const p3 = await profile('p3');
    p3.write('A2B0', p3.indexOf('chad'));
    expect(coloursOfProfile(p3)).toBeUndefined();
  });
});
