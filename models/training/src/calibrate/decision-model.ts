import type { CostMatrix, Label } from '@mushroom/recognition/bundle/bundle.schema';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { fitRiskTemperature, temperatureBetween } from './calibration.ts';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { chooseRiskTemperature } from './risk-temperature.ts';
import { chooseThresholds } from './thresholds.ts';

/**
 * Everything of a model that is not learnt but chosen, on photos that it was not trained on: the temperatures and the
 * thresholds.
 *
 * @param val photos of the sources of training.
 * @param tune photos of sources that training has none of, not trained on either.
 */
export function decisionModelOf(
  labels: readonly Label[],
  costs: CostMatrix,
  table: SpeciesTable,
  val: readonly EvaluatedPhoto[],
  tune: readonly EvaluatedPhoto[],
): DecisionModel {
  const temperature = temperatureBetween(labels, val, tune);
  const scored = { labels: [...labels], temperature, costs };
  const model = { ...scored, thresholds: chooseThresholds(val, scored, table, tune) };
  const likeliest = fitRiskTemperature(labels, table, val, tune);
  return {
    ...model,
    riskTemperature: likeliest && chooseRiskTemperature(model, table, likeliest, [...val, ...tune]),
  };
}
