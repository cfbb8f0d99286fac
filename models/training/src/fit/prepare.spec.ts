import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepare, type RunRequest } from './prepare.ts';
import { SPECIES, writeTinyRun } from './testing/tiny-run.ts';

let folder: string;
let request: RunRequest & { recipe: string };
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'prepare-'));
  request = await writeTinyRun(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a prepared run', () => {
  it('has the data, the backbone and the recipe that it is made from', async () => {
    const run = await prepare(request);
    expect(run.trainingData.taught.map(({ label }) => label).sort()).toEqual(SPECIES);
    expect(run.trainingData.space.labels).toHaveLength(SPECIES.length);
    expect(run.spec).toEqual({ size: 32, fit: 'stretch' });
    expect(run.passes).toMatchObject([{ epochs: 1, batchSize: 2, seed: 1 }]);
    expect(run.headOptions).toMatchObject({ epochs: 3, balance: 0.7, seed: 1 });
  });

  it('keeps the backbone as it is if no recipe and no epochs of fine-tuning are given', async () => {
    const { recipe: _, ...headOnly } = request;
    const run = await prepare({ ...headOnly, epochs: 2, inputSize: 64, fit: 'crop' });
    expect(run.passes).toEqual([]);
    expect(run.headOptions.epochs).toBe(2);
    expect(run.spec).toEqual({ size: 64, fit: 'crop' });
    expect(run.backbone.inputSize).toBe(64);
  });

  it('is refused if what is asked for can’t be meant together', async () => {
    await expect(prepare({ ...request, fineTune: 1 })).rejects.toThrow(/--fine-tune has no say beside it/);
    await expect(prepare({ ...request, teacher: ['/nowhere'] })).rejects.toThrow(/no pass has a teacherShare/);
    await expect(prepare({ ...request, backend: 'wasm' })).rejects.toThrow(/the wasm backend has no gradients/);
  });
});
