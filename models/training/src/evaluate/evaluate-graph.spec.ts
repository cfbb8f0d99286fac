import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import {
  graphFrom,
  openBundle,
  readGolden,
  versionsOf,
  type OpenBundle,
} from '@mushroom/recognition/bundle/bundle-reader';
import { scoresOf } from '@mushroom/recognition/bundle/golden-check';
import type { SplitPhoto } from '../data/splits.ts';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { evaluateGraph } from './evaluate-graph.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));
const LICENSED = path.join(MODELS, 'data/licensed');

const photo = (file: string, label: string): SplitPhoto => ({
  file,
  label,
  source: 'licensed',
  split: 'field',
  group: null,
});

describe('running a packed bundle over photos', () => {
  let open: OpenBundle;
  let table: SpeciesTable;

  beforeAll(async () => {
    await startBackend('wasm');
    const registry = path.join(MODELS, 'registry');
    const newest = (await versionsOf(registry, 'mushroom-classifier')).at(-1)!;
    open = await openBundle(path.join(registry, 'mushroom-classifier', newest));
    table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
  }, 60_000);

  it('gives for each golden photo what the bundle says of it', async () => {
    const golden = await readGolden(open);
    const { tolerance } = golden;
    const cases = golden.cases.filter(({ name }) => name.endsWith('.jpg'));
    expect(cases.length).toBeGreaterThan(0);
    const photos = cases.map(({ name }) => photo(path.join(LICENSED, name), 'Amanita muscaria'));
    const evaluated = await evaluateGraph(graphFrom(open), open.bundle, photos, path.dirname(LICENSED), table);
    expect(evaluated).toHaveLength(cases.length);
    cases.forEach(({ name, scores }, index) => {
      const { path: from, logits } = evaluated[index]!;
      expect(from).toBe(path.join('licensed', name));
      const difference = Math.max(
        ...scoresOf(logits).map((score, classIndex) => Math.abs(score - scores[classIndex]!)),
      );
      expect(difference).toBeLessThanOrEqual(tolerance);
    });
  }, 60_000);

  it('knows the classes of each label', async () => {
    const file = path.join(LICENSED, 'amanita-muscaria-1.jpg');
    const [species, genus] = await evaluateGraph(
      graphFrom(open),
      open.bundle,
      [photo(file, 'Amanita muscaria'), photo(file, 'Amanita')],
      MODELS,
      table,
    );
    expect(species!.knownSpecies).toBe(true);
    expect(species!.classes.map((classIndex) => open.bundle.labels[classIndex])).toEqual([
      expect.objectContaining({ kind: 'species', taxon: 'Amanita muscaria' }),
    ]);
    expect(genus!.knownSpecies).toBe(false);
    expect(genus!.classes.length).toBeGreaterThan(species!.classes.length);
    expect(genus!.classes).toContain(species!.classes[0]);
  }, 60_000);

  it('names the photo that is none', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'evaluate-'));
    try {
      const file = path.join(directory, 'broken.jpg');
      await writeFile(file, 'no photo at all');
      await expect(
        evaluateGraph(graphFrom(open), open.bundle, [photo(file, 'Amanita muscaria')], directory, table),
      ).rejects.toThrow(file);
    } finally {
      await rm(directory, { recursive: true });
    }
  }, 60_000);
});
