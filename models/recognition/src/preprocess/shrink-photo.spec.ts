import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Photo } from './photo.ts';
import { shrinkPhoto } from './shrink-photo.ts';

const FLY_AGARIC = new URL('../../../data/licensed/amanita-muscaria-1.jpg', import.meta.url);

async function flyAgaric(): Promise<Photo> {
  const { data, info } = await sharp(await readFile(FLY_AGARIC))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}

function column(values: readonly number[]): Photo {
  return { width: 1, height: values.length, rgb: Uint8Array.from(values.flatMap((value) => [value, value, value])) };
}

describe('a shrunk photo', () => {
  it.each([256, 200])('of %i pixels is what sharp makes of it, but for a few levels', async (side) => {
    const photo = await flyAgaric();
    const { data, info } = await sharp(photo.rgb, { raw: { width: photo.width, height: photo.height, channels: 3 } })
      .resize(side, side, { fit: 'inside' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, rgb } = shrinkPhoto(photo, side);
    expect([width, height]).toEqual([info.width, info.height]);
    const differences = [...rgb].map((value, index) => Math.abs(value - data[index]!));
    // libvips rounds its weights to a few bits.
    expect(differences.reduce((sum, difference) => sum + difference, 0) / rgb.length).toBeLessThan(0.3);
    expect(differences.filter((difference) => difference > 3).length / rgb.length).toBeLessThan(0.001);
  });

  it('has the longer side that was asked for', async () => {
    const { width, height } = shrinkPhoto(await flyAgaric(), 100);
    expect(Math.max(width, height)).toBe(100);
  });

  it('is the same one where it is small enough', async () => {
    const photo = await flyAgaric();
    expect(shrinkPhoto(photo, 512)).toBe(photo);
    expect(shrinkPhoto(photo, 5000)).toBe(photo);
  });

  it('stays white beside black, and black beside white', () => {
    const edge = column(Array.from({ length: 64 }, (_, y) => (y < 32 ? 255 : 0)));
    const levels = [...shrinkPhoto(edge, 16).rgb].filter((_, index) => index % 3 === 0);
    expect(Math.min(...levels.slice(0, 7))).toBeGreaterThan(240);
    expect(Math.max(...levels.slice(9))).toBeLessThan(15);
  });

  it('is one pixel wide at least', () => {
    expect(shrinkPhoto(column(Array(300).fill(9)), 100)).toMatchObject({ width: 1, height: 100 });
  });
});
