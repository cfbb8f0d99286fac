import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Photo } from '@mushroom/recognition/preprocess/photo';
import { maskedView, readMaskedPhoto } from './masked-view.ts';

/** A photo whose red is its mask: whatever moves the one must have moved the other. */
function maskedPhoto(width = 120, height = 80) {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 20; y < 60; y++)
    for (let x = 15; x < 60; x++) rgb.fill(255, (y * width + x) * 3, (y * width + x) * 3 + 3);
  const photo: Photo = { width, height, rgb };
  return { photo, mask: { ...photo } };
}

const random = (seed: string) => ({ kind: 'random' as const, seed, augment: { minArea: 0.4, colour: 0 } });

describe('a view of a photo and its mask', () => {
  it('is the whole of both where it is plain', () => {
    const { target } = maskedView(maskedPhoto(), { kind: 'plain' }, 32, 8);
    const share = target.reduce((sum, cell) => sum + cell, 0) / 64;
    expect(share).toBeCloseTo((45 * 40) / (120 * 80), 1);
  });

  it.each(['a', 'b', 'c', 'd', 'e', 'f'])('crops and mirrors both alike (seed %s)', (seed) => {
    const { input, target } = maskedView(maskedPhoto(), random(seed), 32, 32);
    const differences = target.map((cell, place) => Math.abs(cell - input[place * 3]! / 255));
    expect(Math.max(...differences)).toBeLessThan(0.01);
  });

  it('is another for another seed, and the same for the same', () => {
    const of = (seed: string) => maskedView(maskedPhoto(), random(seed), 32, 8).input;
    expect(of('a')).toEqual(of('a'));
    expect(of('a')).not.toEqual(of('b'));
  });
});

describe('reading a photo and its mask', () => {
  it('takes the polygon that was drawn in the place of a mask', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'masked-'));
    const photoFile = path.join(folder, 'photo.png');
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#888' } })
      .png()
      .toFile(photoFile);
    const redrawn = '0,0 50,0 50,100 0,100';
    const row = {
      path: 'photo.png',
      photoFile,
      maskFile: '/nowhere',
      label: 'Amanita',
      verdict: 'wrong' as const,
      redrawn,
    };
    const { mask } = await readMaskedPhoto(row);
    expect([mask.width, mask.height]).toEqual([60, 40]);
    const lit = [10, 29, 31, 50].map((x) => mask.rgb[(20 * 60 + x) * 3]);
    expect(lit).toEqual([255, 255, 0, 0]);
    await rm(folder, { recursive: true });
  });

  it('is refused where they differ in size, or one is no picture, which is named', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'masked-'));
    const [photoFile, maskFile] = ['photo.png', 'mask.png'].map((name) => path.join(folder, name)) as [string, string];
    const picture = (width: number) => sharp({ create: { width, height: 50, channels: 3, background: '#fff' } }).png();
    const row = { path: 'photo.png', photoFile, maskFile, label: 'Amanita', verdict: 'right' as const };
    await picture(50).toFile(photoFile);
    await picture(40).toFile(maskFile);
    await expect(readMaskedPhoto(row)).rejects.toThrow('The mask is 40 × 50, the photo 50 × 50.');
    await rm(maskFile);
    await expect(readMaskedPhoto(row)).rejects.toThrow(/mask\.png/);
    await rm(folder, { recursive: true });
  });
});
