import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle, readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { writeTinyBundle } from './testing/tiny-bundle.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { startCpu } from '../network/training-backend.ts';
import { readGraph } from './graph-model.ts';
import { packBundle } from './pack-bundle.ts';

let folder: string;
let tiny: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pack-bundle-'));
  tiny = await writeTinyBundle(path.join(folder, 'tiny'), '7');
  await startCpu();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The network of a tiny bundle, packed again. */
async function packed(version: string, more: { replace?: boolean } = {}) {
  const { directory, bundle } = await openBundle(tiny);
  const { schemaVersion: _schema, files: _files, ...facts } = bundle;
  return packBundle({
    registry: path.join(folder, 'registry'),
    facts: { ...facts, version },
    graph: await readGraph({ directory }),
    evaluation: evaluatePhotos([], facts, parseSpeciesTable('')),
    history: { head: { epochs: 2 }, epochs: [{ epoch: 1, trainLoss: 2, valLoss: 3 }] },
    replace: false,
    ...more,
  });
}

describe('a packed bundle', () => {
  it('holds the network with its golden outputs, the evaluation, the history, the card and the plots', async () => {
    const directory = await packed('1');
    const { bundle } = await openBundle(directory);
    expect(Object.keys(bundle.files)).toEqual(
      expect.arrayContaining([
        ...['graph/model.json', 'graph/weights.bin', 'golden.json', 'evaluation.json', 'history.json'],
        ...['model-card.md', 'plots/reliability.svg', 'plots/training.svg'],
      ]),
    );
    const text = (file: string) => readFile(path.join(directory, file), 'utf8');
    expect(JSON.parse(await text('history.json'))).toEqual({
      head: { epochs: 2 },
      epochs: [{ epoch: 1, trainLoss: 2, valLoss: 3 }],
    });
    expect(await text('model-card.md')).toContain('# tiny-classifier, version 1');
    expect(JSON.parse(await text('evaluation.json'))).toMatchObject({ leaves: { species: 1, notAMushroom: 1 } });
  });

  it('has golden outputs of real photos and of a grey square', async () => {
    const golden = await readGolden(await openBundle(await packed('2')));
    const { cases } = await readGolden({ directory: tiny });
    expect(golden.cases).toHaveLength(4);
    const grey = golden.cases.find(({ name }) => name === 'grey')!;
    cases[0]!.scores.forEach((score, index) => expect(grey.scores[index]).toBeCloseTo(score, 3));
  });

  it('replaces a version only when asked', async () => {
    await packed('3');
    await expect(packed('3')).rejects.toThrow(/exists; give another --version, or --replace/);
    expect(await packed('3', { replace: true })).toMatch(/tiny-classifier\/3$/);
  });
});
