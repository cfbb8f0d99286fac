import { decide, type DecisionModel } from '../decision/decide.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import { isDangerous } from '../taxonomy/taxon.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { kindOf } from './outcome.ts';

/** At most this share of the photos of dangerous species may get a harmless verdict, in each set of photos. */
const DANGEROUS_CALLED_HARMLESS = 0.005;

/** Factor between one temperature that is tried and the next. */
const STEP = 1.02;

const LOWEST = 0.2;
const HIGHEST = 20;

/**
 * The temperature at which danger is summed, as sharp as the dangerous allow: from the likeliest one it is lowered while
 * no set has more than `DANGEROUS_CALLED_HARMLESS` of its dangerous photos called harmless, or raised until none has.
 * The likeliest temperature fits the bulk of the photos; what may be called harmless is decided in the tail, where a
 * softened network leaves a little danger on everything.
 *
 * @param model what else the verdicts rest on; its own risk temperature is not looked at.
 * @param sets of photos that the model was not trained on; each must hold by itself.
 * @returns T > 0; the likeliest where no photo is of a dangerous species.
 */
export function chooseRiskTemperature(
  model: DecisionModel,
  table: SpeciesTable,
  likeliest: number,
  sets: readonly (readonly EvaluatedPhoto[])[],
): number {
  const ofDangerous = sets
    .map((photos) => photos.filter(({ label }) => isDangerous(table.find(label)?.toxicity ?? 'unknown')))
    .filter((photos) => photos.length > 0);
  if (ofDangerous.length === 0) return likeliest;
  const isCautious = (riskTemperature: number) =>
    ofDangerous.every((photos) => {
      const calledHarmless = photos.filter(
        ({ logits }) => kindOf(decide([logits], { ...model, riskTemperature }, table).toxicity.verdict) === 'harmless',
      );
      return calledHarmless.length <= photos.length * DANGEROUS_CALLED_HARMLESS;
    });

  let temperature = likeliest;
  if (isCautious(temperature)) {
    while (temperature / STEP > LOWEST && isCautious(temperature / STEP)) temperature /= STEP;
  } else {
    while (temperature < HIGHEST && !isCautious(temperature)) temperature *= STEP;
  }
  return temperature;
}
