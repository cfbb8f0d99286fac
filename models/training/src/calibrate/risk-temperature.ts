import { decide, type DecisionModel } from '@mushroom/recognition/decision/decide';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { isDangerous } from '@mushroom/recognition/taxonomy/taxon';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { kindOf } from '../evaluate/outcome.ts';

/** Factor between one temperature that is tried and the next. */
const STEP = 1.02;

const LOWEST = 0.2;
const HIGHEST = 20;

/**
 * The temperature at which danger is summed, as sharp as the dangerous allow: from the likeliest one it is lowered while
 * not one photo of a dangerous species is called harmless, or raised until none is.
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
  const isCautious = (riskTemperature: number) =>
    !ofDangerous.some(
      ({ logits }) => kindOf(decide([logits], { ...model, riskTemperature }, table).toxicity.verdict) === 'harmless',
    );

  let temperature = likeliest;
  if (isCautious(temperature)) {
    while (temperature / STEP > LOWEST && isCautious(temperature / STEP)) temperature /= STEP;
  } else {
    while (temperature < HIGHEST && !isCautious(temperature)) temperature *= STEP;
  }
  return temperature;
}
