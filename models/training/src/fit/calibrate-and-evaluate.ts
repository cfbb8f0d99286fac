import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import type { FittedNetwork } from './fit-network.ts';
import { computeFeatures, frozenFeatures } from './frozen-features.ts';
import { applyHead } from './head.ts';
import type { PreparedRun } from './prepare.ts';
import { evaluatedPhotos } from './training-data.ts';

/**
 * Chooses the temperatures and thresholds of a network on `val` and on the photos of other sources that are kept to tune
 * on, and judges it with them.
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
  const photosOf = async (split: 'val' | 'field') => {
    const features = await frozenFeatures({ ...request, split, count: countOf(split), cache });
    return evaluatedPhotos(trainingData[split], split, applyHead(head, features), space);
  };

  const tuneOn = new Set(trainingData.elsewhere.map(({ path: photo }) => photo));
  const features = await computeFeatures({ ...request, split: 'train', count: tuneOn.size, only: tuneOn });
  const otherSources = evaluatedPhotos(trainingData.elsewhere, 'train', applyHead(head, features), space);
  const val = await photosOf('val');
  const field = how.withoutField ? [] : await photosOf('field');
  const model = decisionModelOf(space.labels, COSTS, table, val, otherSources);
  return { model, evaluation: evaluatePhotos([...val, ...field], model, table) };
}
