import { decide, type DecisionModel } from '../decision/decide.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import { isDangerous } from '../taxonomy/taxon.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { kindOf } from './outcome.ts';

/** Factor between one temperature that is tried and the next. */
const STEP = 1.02;

/**
 * Of the photos that are labelled with a dangerous species, so many may be called harmless: one in five hundred. Labels
 * err more often than that, and what no photo may cross hangs on the one whose label is wrong.
 */
const TOLERATED = 1 / 500;

const LOWEST = 0.2;
const HIGHEST = 20;

/**
 * The temperature at which danger is summed, as sharp as the dangerous allow: from the likeliest one it is lowered while
 * no more than one in five hundred photos of dangerous species is called harmless, or raised until no more is.
 * The likeliest temperature fits the bulk of the photos; what may be called harmless is decided in the tail, where a
 * softened network leaves a little danger on everything.
 *
 * @param model what else the verdicts rest on; its own risk temperature is not looked at.
 * @param photos that the model was not trained on.
 * @returns T > 0; the likeliest where no photo is of a dangerous species.
 */
export function chooseRiskTemperature(
  model: DecisionModel,
  table: SpeciesTable,
  likeliest: number,
  photos: readonly EvaluatedPhoto[],
): number {
  // A genus has the class of its worst member: a photo that is labelled with one need not be of a dangerous species.
  const ofDangerous = photos.filter(({ label }) => {
    const taxon = table.find(label);
    return taxon?.rank === 'species' && isDangerous(taxon.toxicity);
  });
  if (ofDangerous.length === 0) return likeliest;
  const tolerated = Math.floor(ofDangerous.length * TOLERATED);
  const isCautious = (riskTemperature: number) =>
    ofDangerous.filter(
      ({ logits }) => kindOf(decide([logits], { ...model, riskTemperature }, table).toxicity.verdict) === 'harmless',
    ).length <= tolerated;

  let temperature = likeliest;
  if (isCautious(temperature)) {
    while (temperature / STEP > LOWEST && isCautious(temperature / STEP)) temperature /= STEP;
  } else {
    while (temperature < HIGHEST && !isCautious(temperature)) temperature *= STEP;
  }
  return temperature;
}
