import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { calibrateAndEvaluate } from './calibrate-and-evaluate.ts';
import { fitNetwork } from './fit-network.ts';
import { packRun } from './pack-run.ts';
import { prepare } from './prepare.ts';
import { writeTinyRun } from './testing/tiny-run.ts';

let folder: string;
let pack: (replace: boolean) => ReturnType<typeof packRun>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pack-'));
  const { recipe: _, ...headOnly } = await writeTinyRun(folder);
  const run = await prepare({ ...headOnly, epochs: 2 });
  const fitted = await fitNetwork(run, { alpha: 0, checkpoints: path.join(folder, 'checkpoints') });
  const judged = await calibrateAndEvaluate(run, fitted, { withoutTest: false });
  pack = (replace) =>
    packRun(run, fitted, judged, { name: 'few', version: '1', registry: path.join(folder, 'registry'), replace });
});
afterAll(() => rm(folder, { recursive: true }));

describe('packing a run', () => {
  it('gives a bundle that says what it was made from', async () => {
    const { bundle, facts } = await pack(false);
    expect(path.relative(folder, bundle)).toBe(path.join('registry', 'few', '1'));
    const { bundle: opened } = await openBundle(bundle);
    expect(opened).toMatchObject({ ...facts, input: { size: 32, fit: 'stretch' } });
    expect(opened.provenance).toMatchObject({ seed: 1, trainingData: { photos: 4, labels: 4 } });
  });

  it('leaves a version that exists alone unless it is to be replaced', async () => {
    await pack(true);
    await expect(pack(false)).rejects.toThrow(/exists/);
    await expect(pack(true)).resolves.toHaveProperty('bundle');
  });
});
