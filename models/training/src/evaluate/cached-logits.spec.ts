import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { openBundle, versionsOf, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { SplitPhoto } from '../data/splits.ts';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { cachedLogits } from './cached-logits.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

let open: OpenBundle;
let table: SpeciesTable;
let folder: string;
let photos: SplitPhoto[];
const cached = () => cachedLogits(open, photos, folder, table, path.join(folder, 'logits'));
const cacheFile = async () => path.join(folder, 'logits', (await readdir(path.join(folder, 'logits')))[0]!);

beforeAll(async () => {
  await startBackend('wasm');
  const registry = path.join(MODELS, 'registry');
  const newest = (await versionsOf(registry, 'mushroom-classifier')).at(-1)!;
  open = await openBundle(path.join(registry, 'mushroom-classifier', newest));
  table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
}, 60_000);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cached-logits-'));
  const file = path.join(folder, 'fly-agaric.jpg');
  await copyFile(path.join(MODELS, 'data/licensed/amanita-muscaria-1.jpg'), file);
  photos = [{ file, label: 'Amanita muscaria', source: 'licensed', split: 'field', group: null }];
});
afterEach(() => rm(folder, { recursive: true }));

describe('logits that were computed before', () => {
  it('are the same to the last bit, and need no photo', async () => {
    const first = await cached();
    await rm(photos[0]!.file);
    expect(await cached()).toEqual(first);
  }, 60_000);

  it('belong to the label that the photo has now', async () => {
    await cached();
    photos = [{ ...photos[0]!, label: 'Amanita', split: 'val' }];
    const [photo] = await cached();
    expect(photo).toMatchObject({ label: 'Amanita', split: 'val', knownSpecies: false });
    expect(photo!.classes.length).toBeGreaterThan(1);
  }, 60_000);

  it('do not stand for a photo that is new', async () => {
    await cached();
    photos = [...photos, { ...photos[0]!, file: path.join(folder, 'gone.jpg') }];
    await expect(cached()).rejects.toThrow('gone.jpg');
  }, 60_000);

  it('are not read from a broken file, which is named', async () => {
    await cached();
    const file = await cacheFile();
    await writeFile(file, '{"half":');
    await expect(cached()).rejects.toThrow(file);
  }, 60_000);
});
