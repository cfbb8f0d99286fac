import { photosOfMushrooms, type DecisionModel } from '../decision/decide.ts';
import { logProbabilities } from '../decision/distribution.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import { meanNegativeLogLikelihood } from './calibration.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import type { Pool } from './fusion-pools.ts';
import type { Specimen } from './fusion-specimens.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

/**
 * The specimen as one photo whose logits say what its photos say together, so that all that judges photos judges it.
 * Photos are fused as `decide` does: those without a mushroom have no say.
 */
export function asOnePhoto(photos: Specimen, pool: Pool, model: DecisionModel): EvaluatedPhoto {
  const { temperature } = model;
  const logs = photos.map(({ logits }) => logProbabilities(logits, temperature));
  const fused = pool(photosOfMushrooms(logs, model));
  return { ...photos[0]!, logits: Float32Array.from(fused, (log) => log * temperature) };
}

/** The outcomes of each photo of each specimen by itself: what fusing is compared with. */
export function aloneOutcomes(specimens: readonly Specimen[], model: DecisionModel, table: SpeciesTable): Outcome[] {
  const seen = new Map<EvaluatedPhoto, Outcome>();
  return specimens.flatMap((photos) =>
    photos.map((photo) => {
      const outcome = seen.get(photo) ?? outcomeOf(photo, model, table);
      seen.set(photo, outcome);
      return outcome;
    }),
  );
}

export function fusedOutcomes(
  specimens: readonly Specimen[],
  pool: Pool,
  model: DecisionModel,
  table: SpeciesTable,
): Outcome[] {
  return specimens.map((specimen) => outcomeOf(asOnePhoto(specimen, pool, model), model, table));
}

const EXPONENTS = Array.from({ length: 11 }, (_, index) => index / 10);

/**
 * The exponent, in steps of 0.1 from 0 to 1, by which the sharpened pool makes the specimens' labels likeliest; 0 where
 * no label has a leaf.
 */
export function fitExponent(specimens: readonly Specimen[], pool: Pool, model: DecisionModel): number {
  if (specimens.every(([photo]) => photo!.leaves.length === 0)) return 0;
  // Sharpening multiplies what the pool says once; only what it is multiplied by has to be tried out.
  const pooled = specimens.map((photos) => {
    const logs = photos.map(({ logits }) => logProbabilities(logits, model.temperature));
    const showing = photosOfMushrooms(logs, model);
    return { label: photos[0]!, log: pool(showing), size: showing.length };
  });
  const lossAt = (exponent: number) =>
    meanNegativeLogLikelihood(
      pooled.map(({ label, log, size }) => {
        const strength = size ** exponent;
        return { ...label, logits: Float32Array.from(log, (value) => value * strength) };
      }),
      1,
    );
  const losses = EXPONENTS.map(lossAt);
  return EXPONENTS[losses.indexOf(Math.min(...losses))]!;
}
