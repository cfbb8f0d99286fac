import { copyFile, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { openBundle, versionsOf, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { fingerprintOf } from '../data/fingerprint.ts';
import type { SplitPhoto } from '../data/splits.ts';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { cachedLogits } from './cached-logits.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

let open: OpenBundle;
let table: SpeciesTable;
let folder: string;
let photos: SplitPhoto[];
const cached = async () => {
  const read = photos.map(async (photo) => ({ ...photo, fingerprint: fingerprintOf(await readFile(photo.file)) }));
  return cachedLogits(open, await Promise.all(read), folder, table, path.join(folder, 'logits'));
};
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
  it('are the same to the last bit, and are not computed again, wherever the photo lies', async () => {
    const [first] = await cached();
    const { mtimeMs } = await stat(await cacheFile());
    const file = path.join(folder, 'renamed.jpg');
    await rename(photos[0]!.file, file);
    photos = [{ ...photos[0]!, file }];
    expect(await cached()).toEqual([{ ...first!, path: 'renamed.jpg' }]);
    expect((await stat(await cacheFile())).mtimeMs).toBe(mtimeMs);
  }, 60_000);

  it('do not stand for another photo under the same name', async () => {
    const [first] = await cached();
    await copyFile(path.join(MODELS, 'data/licensed/boletus-edulis-1.jpg'), photos[0]!.file);
    const [other] = await cached();
    expect(other!.logits).not.toEqual(first!.logits);
  }, 60_000);

  it('belong to the label that the photo has now', async () => {
    await cached();
    photos = [{ ...photos[0]!, label: 'Amanita', split: 'val' }];
    const [photo] = await cached();
    expect(photo).toMatchObject({ label: 'Amanita', split: 'val', knownSpecies: false });
    expect(photo!.classes.length).toBeGreaterThan(1);
  }, 60_000);

  it('are not read from a broken file, which is named', async () => {
    await cached();
    const file = await cacheFile();
    await writeFile(file, '{"half":');
    await expect(cached()).rejects.toThrow(file);
  }, 60_000);
});
