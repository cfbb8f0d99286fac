import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrateAndEvaluate } from './calibrate-and-evaluate.ts';
import { fitNetwork, type FittedNetwork } from './fit-network.ts';
import { prepare, type PreparedRun } from './prepare.ts';
import { writeTinyRun } from './testing/tiny-run.ts';

let folder: string;
let run: PreparedRun;
let fitted: FittedNetwork;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'calibrate-'));
  const { recipe: _, ...headOnly } = await writeTinyRun(folder);
  run = await prepare({ ...headOnly, epochs: 2 });
  fitted = await fitNetwork(run, { alpha: 0, checkpoints: path.join(folder, 'checkpoints') });
});
afterAll(() => rm(folder, { recursive: true }));

describe('calibrating and evaluating', () => {
  it('judges val and the test', async () => {
    const { evaluation } = await calibrateAndEvaluate(run, fitted, { withoutTest: false });
    expect([evaluation.splits.val?.photos.total, evaluation.splits.field?.photos.total]).toEqual([4, 4]);
  });

  it('chooses temperatures and thresholds without the test', async () => {
    const withTest = await calibrateAndEvaluate(run, fitted, { withoutTest: false });
    const without = await calibrateAndEvaluate(run, fitted, { withoutTest: true });
    expect(without.model).toEqual(withTest.model);
    expect(without.evaluation.splits.field).toBeNull();
  });
});
