import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import type { FittedNetwork } from './fit-network.ts';
import { frozenFeatures, rowsOf } from './frozen-features.ts';
import { applyHead } from './head.ts';
import type { PreparedRun } from './prepare.ts';
import { evaluatedPhotos } from './training-data.ts';

/**
 * Chooses the temperatures and thresholds of a network on `val` and `tune`, and judges it with them.
 *
 * @param how.withoutField judge by `val` only.
 */
export async function calibrateAndEvaluate(
  { trainingData, spec, cache }: PreparedRun,
  { backbone, head }: FittedNetwork,
  how: { withoutField: boolean },
): Promise<{ model: DecisionModel; evaluation: Evaluation }> {
  const { shards, countOf, space, table } = trainingData;
  const request = { backbone, shards, spec, view: { kind: 'plain' } as const };
  const photosOf = async (split: 'tune' | 'val' | 'field') => {
    const rows = trainingData[split];
    const features = await frozenFeatures({ ...request, split, count: countOf(split), cache });
    const ofRows = rowsOf(
      features,
      rows.map(({ row }) => row),
    );
    return evaluatedPhotos(rows, split, applyHead(head, ofRows), space);
  };

  const [val, tune] = [await photosOf('val'), await photosOf('tune')];
  const field = how.withoutField ? [] : await photosOf('field');
  const model = decisionModelOf(space.labels, COSTS, table, val, tune);
  return { model, evaluation: evaluatePhotos([...val, ...field], model, table) };
}
