import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import type { FittedNetwork } from './fit-network.ts';
import { judgedPhotos } from './judged-photos.ts';
import type { PreparedRun } from './prepare.ts';

/**
 * Chooses the temperatures and thresholds of a network on `val` and `tune`, and judges it with them.
 *
 * @param how.withoutTest judge by `val` only.
 */
export async function calibrateAndEvaluate(
  { trainingData, spec }: PreparedRun,
  network: FittedNetwork,
  how: { withoutTest: boolean },
): Promise<{ model: DecisionModel; evaluation: Evaluation }> {
  const { space, table } = trainingData;
  const photosOf = (split: 'tune' | 'val' | 'field') => judgedPhotos(trainingData, split, network, spec);
  const [val, tune] = [await photosOf('val'), await photosOf('tune')];
  const test = how.withoutTest ? [] : await photosOf('field');
  const model = decisionModelOf(space.labels, COSTS, table, val, tune);
  return { model, evaluation: evaluatePhotos([...val, ...test], model, table) };
}
