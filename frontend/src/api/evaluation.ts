import type { Evaluation, SplitEvaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import type { Proportion } from '@mushroom/recognition/bundle/proportion';

export type { Evaluation, Proportion, SplitEvaluation };

/**
 * A bundle's `evaluation.json`, which the service passes on as it is.
 * @returns null where the bundle has none, or one of a shape that this page doesn't know.
 */
export function evaluationFrom(json: unknown): Evaluation | null {
  const known = typeof json === 'object' && json !== null && 'schemaVersion' in json && json.schemaVersion === 1;
  return known ? (json as Evaluation) : null;
}

/** Fewer photos than this tell too little to be shown as a share. */
const FEWEST_PHOTOS = 20;

/**
 * How often a name was right where the model was about as sure of it, on photos from other sources than it learned
 * from: the bin of the reliability curve that the score falls into.
 * @param score 0…1.
 * @returns a share 0…1; null where that was not measured, or on too few photos.
 */
export function measuredAccuracy(evaluation: Evaluation | null, rank: 'species' | 'genus', score: number) {
  const calibration = evaluation?.splits.field?.calibration;
  const { bins } = calibration?.[rank === 'species' ? 'anySpecies' : 'genus'] ?? { bins: [] };
  const bin = bins.find(({ from, to }) => score >= from && (score < to || to === 1));
  return bin && bin.count >= FEWEST_PHOTOS ? bin.accuracy : null;
}
