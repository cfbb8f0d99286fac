import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { loadBackbone, type Backbone } from '../network/backbone.ts';
import { BACKBONE, MODELS } from '../terminal/places.ts';
import { preparePhotos } from './masked-photos.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let backbone: Backbone;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'masked-photos-'));
  await startBackend('wasm');
  backbone = await loadBackbone(BACKBONE);
});
afterAll(() => rm(folder, { recursive: true }));

describe('photos with masks, as a frozen network sees them', () => {
  const photoFile = () => path.join(folder, 'photo.jpg');
  const put = (name: string) => copyFile(path.join(MODELS, 'data/licensed', name), photoFile());
  async function prepared() {
    const redrawn = '10,10 90,10 50,90';
    const mask = { path: 'photo.jpg', photoFile: photoFile(), maskFile: '/nowhere', label: 'Amanita', redrawn };
    const options = { views: 1, seed: 1, cache: path.join(folder, 'cache') };
    const { photos, sha256 } = await preparePhotos([{ ...mask, verdict: 'right' }], backbone, options);
    return { sha256, maps: photos[0]!.views[0]!.maps[0]!, kept: (await readdir(path.join(folder, 'cache'))).length };
  }

  it('are computed again only if a photo is replaced, though it has the name of the old one', async () => {
    await put('amanita-muscaria-1.jpg');
    const first = await prepared();
    expect(await prepared()).toEqual({ ...first, kept: 1 });
    await put('amanita-muscaria-2.jpg');
    const { sha256, maps, kept } = await prepared();
    expect(kept).toBe(2);
    expect(sha256).not.toBe(first.sha256);
    expect(maps).not.toEqual(first.maps);
  });
});
