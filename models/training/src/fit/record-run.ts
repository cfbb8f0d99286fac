import path from 'node:path';
import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import type { Experiment } from '@mushroom/recognition/bundle/experiment';
import type { BundleFacts } from '../evaluate/model-card.ts';
import { recordExperiment } from './experiment-record.ts';
import type { FittedNetwork } from './fit-network.ts';
import type { PreparedRun } from './prepare.ts';

/**
 * Records what a run was made from and reached.
 *
 * @param directory the folder of all experiments.
 * @param outcome.alpha share of the pretrained weights in the result.
 * @param outcome.seconds of this sitting.
 * @returns the record's file.
 */
export async function recordRun(
  directory: string,
  run: PreparedRun,
  outcome: { fitted: FittedNetwork; facts: BundleFacts; evaluation: Evaluation; alpha: number; seconds: number },
): Promise<string> {
  const { facts, fitted } = outcome;
  const { passes, recipeHead, teachers } = run;
  const { sha256, photos } = facts.provenance.trainingData;
  const experiment: Experiment = {
    name: facts.name,
    version: facts.version,
    created: facts.created,
    backbone: facts.provenance.backbone,
    trainingData: { sha256, photos },
    codeRevision: facts.provenance.codeRevision,
    seed: run.seed,
    leaves: facts.labels.length,
    headEpochs: run.headOptions.epochs,
    fineTuneEpochs: passes.reduce((sum, { epochs }) => sum + epochs, 0),
    seconds: Math.round(fitted.secondsBefore + outcome.seconds),
    ...(recipeHead && { head: { ...recipeHead } }),
    ...(passes.length > 0 && {
      passes: passes.map((pass) => ({ ...pass })),
      pretrainedShare: outcome.alpha,
      ...(teachers.length > 0 && {
        teacher: teachers.map((bundle) => path.resolve(bundle).split(path.sep).slice(-2).join('/')).join(' and '),
      }),
    }),
    epochs: fitted.history,
    figures: figuresOf(outcome.evaluation),
  };
  return recordExperiment(directory, experiment);
}

function figuresOf({ splits: { val, field: test } }: Evaluation): Experiment['figures'] {
  return {
    valTop1: val?.top1.share ?? null,
    valTop3: val?.top3.share ?? null,
    fieldTop1: test?.top1.share ?? null,
    fieldTop3: test?.top3.share ?? null,
    fieldDangerousCalledHarmless: test?.verdicts.pipeline.dangerousCalledHarmless.share ?? null,
    fieldCostAPhoto: test?.verdicts.pipeline.costAPhoto ?? null,
  };
}
