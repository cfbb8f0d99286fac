import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.ts';

describe('a contact sheet', () => {
  it('shows photos in rows of eight, with room for a caption each', async () => {
    const photo = await readFile(new URL('../../../data/licensed/amanita-muscaria-1.jpg', import.meta.url));
    const sheet = await contactSheet(Array.from({ length: 9 }, () => ({ photo, caption: 'Aus <bus> & co\n0.9' })));
    expect(await sharp(sheet).metadata()).toMatchObject({ format: 'jpeg', width: 8 * 160, height: 2 * (160 + 34) });
    const { channels } = await sharp(sheet).extract({ left: 0, top: 0, width: 156, height: 156 }).stats();
    // The fly agaric is there: a blank tile has no spread.
    expect(channels[0]!.stdev).toBeGreaterThan(20);
  });

  it('can be empty', async () => {
    expect((await sharp(await contactSheet([])).metadata()).width).toBe(8 * 160);
  });
});
