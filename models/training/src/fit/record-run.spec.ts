import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { experimentSchema } from '@mushroom/recognition/bundle/experiment';
import { calibrateAndEvaluate } from './calibrate-and-evaluate.ts';
import { fitNetwork, type FittedNetwork } from './fit-network.ts';
import { packRun } from './pack-run.ts';
import { prepare, type PreparedRun } from './prepare.ts';
import { recordRun } from './record-run.ts';
import { passOf } from './recipe.ts';
import { writeTinyRun } from './testing/tiny-run.ts';

let folder: string;
let run: PreparedRun;
let outcome: Parameters<typeof recordRun>[2] & { fitted: FittedNetwork };
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'record-'));
  const { recipe: _, ...headOnly } = await writeTinyRun(folder);
  run = await prepare({ ...headOnly, epochs: 2 });
  const fitted = await fitNetwork(run, { alpha: 0, checkpoints: path.join(folder, 'checkpoints') });
  const judged = await calibrateAndEvaluate(run, fitted, { withoutTest: true });
  const as = { name: 'few', version: '1', registry: path.join(folder, 'registry'), replace: true };
  const { facts } = await packRun(run, fitted, judged, as);
  outcome = { fitted, facts, evaluation: judged.evaluation, alpha: 0, seconds: 10.4 };
});
afterAll(() => rm(folder, { recursive: true }));

const recorded = async (of: PreparedRun, what: typeof outcome) =>
  experimentSchema.parse(
    JSON.parse(await readFile(await recordRun(path.join(folder, 'experiments'), of, what), 'utf8')),
  );

describe('the record of a run', () => {
  it('says what it reached, and nothing of a test that it was not judged by', async () => {
    const record = await recorded(run, outcome);
    expect(record).toMatchObject({
      name: 'few',
      version: '1',
      headEpochs: 2,
      fineTuneEpochs: 0,
      seconds: 10,
      leaves: 4,
    });
    expect(record.figures.valTop1).toBe(outcome.evaluation.splits.val!.top1.share);
    expect(record.figures.fieldTop1).toBeNull();
    expect(record).not.toHaveProperty('pretrainedShare');
  });

  it('counts the sittings before, and names the teachers by bundle', async () => {
    const taught = { ...run, passes: [{ ...passOf(3), seed: 1 }], teachers: ['/registry/a/1', '/registry/b/2/'] };
    const resumed = { ...outcome, alpha: 0.2, fitted: { ...outcome.fitted, secondsBefore: 100 } };
    expect(await recorded(taught, resumed)).toMatchObject({
      seconds: 110,
      fineTuneEpochs: 3,
      pretrainedShare: 0.2,
      teacher: 'a/1 and b/2',
    });
  });
});
