import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SpecimenMask } from './specimen-masks.ts';
import { usableMasks } from './usable-masks.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'usable-masks-'));
  const picture = (width: number) => sharp({ create: { width, height: 90, channels: 3, background: '#a50' } });
  const jpeg = await picture(60).jpeg({ quality: 100 }).toBuffer();
  for (const name of ['good', 'unmasked', 'wide', 'redrawn']) await writeFile(path.join(folder, `${name}.jpg`), jpeg);
  const noise = await sharp({
    create: {
      width: 400,
      height: 400,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
      background: '#000',
    },
  })
    .jpeg()
    .toBuffer();
  await writeFile(path.join(folder, 'cut.jpg'), noise.subarray(0, noise.length * 0.98));
  for (const name of ['good', 'cut'])
    await picture(60)
      .png()
      .toFile(path.join(folder, `${name}.png`));
  await picture(70).png().toFile(path.join(folder, 'wide.png'));
  await writeFile(path.join(folder, 'unmasked.png'), '');
});
afterAll(() => rm(folder, { recursive: true }));

const maskOf = (name: string, more: Partial<SpecimenMask> = {}): SpecimenMask => ({
  path: `${name}.jpg`,
  photoFile: path.join(folder, `${name}.jpg`),
  maskFile: path.join(folder, `${name}.png`),
  label: 'Amanita',
  verdict: 'right',
  ...more,
});
const usable = (skipUnreadable: boolean) =>
  usableMasks(
    [
      ...['good', 'unmasked', 'gone', 'wide', 'cut'].map((name) => maskOf(name)),
      maskOf('redrawn', { verdict: 'wrong', redrawn: '10,20 80,20 50,90' }),
    ],
    { data: folder, skipUnreadable, cache: path.join(folder, 'cache') },
  );

it('are refused, with all that is wrong with photos and masks: empty, gone, cut off, of different sizes', async () => {
  const message = await usable(false).then(String, (error: Error) => error.message);
  expect(message.split('\n').slice(1)).toEqual([
    '  cut.jpg: Rows are missing at its end: a photo and its mask would no longer fit.',
    '  gone.jpg: It is not there.',
    '  gone.png: It is not there.',
    '  unmasked.png: The file is empty.',
    '  wide.jpg: The mask is 70 × 90, the photo 60 × 90.',
  ]);
});

it('come without those if that is asked for; a mask that was drawn again needs no file', async () => {
  expect((await usable(true)).map(({ path: name }) => name)).toEqual(['good.jpg', 'redrawn.jpg']);
});
