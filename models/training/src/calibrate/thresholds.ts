import type { Thresholds } from '@mushroom/recognition/bundle/bundle.schema';
import { NOT_A_MUSHROOM } from '../data/manifest.ts';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { Taxon } from '@mushroom/recognition/taxonomy/taxon';
import type { ScoredAnswer } from '../evaluate/reliability.ts';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { predictionOf, type Prediction } from '../evaluate/prediction.ts';

/** A name that is given should be right this often: on photos like those of training, and on those of other sources. */
const PRECISION = 0.9;

/** A share measured on fewer answers than this is luck: Wilson's interval for 18 of 20 is 70 to 97 %. */
const MIN_ANSWERS = 20;

/** This share of photos of no mushroom should be recognised as such: turning away more costs ever more mushrooms. */
const REJECTED_NEGATIVES = 0.98;

/** At most this share of mushrooms may be taken for something else: of those of the sources of training, and of others. */
const REJECTED_MUSHROOMS = { val: 0.01, tune: 0.02 };

/** With fewer mushrooms than this, so small a share of them hangs on one photo. */
const MIN_MUSHROOMS = 100;

/**
 * The smallest score from which answers are right at least `precision` of the time. Where no score is, on at least
 * `MIN_ANSWERS` answers, it is `precision` itself: what a calibrated score of that height promises.
 */
function scoreOfPrecision(answers: readonly ScoredAnswer[], precision: number): number {
  const sorted = [...answers].sort((a, b) => b.confidence - a.confidence);
  let threshold = precision;
  let right = 0;
  sorted.forEach(({ confidence, correct }, index) => {
    if (correct) right++;
    const answered = index + 1;
    // Answers of one score pass a threshold together.
    if (sorted[answered]?.confidence === confidence) return;
    if (answered >= MIN_ANSWERS && right / answered >= precision) threshold = confidence;
  });
  return threshold;
}

/** The largest mass on mushrooms that, asked for, turns at most this share of the mushrooms away. */
function massOfFewRejections(mushrooms: readonly JudgedMushroom[], share: number): number {
  const sorted = mushrooms.map(({ prediction }) => prediction.mushroom).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)]!;
}

/** The smallest mass on mushrooms that, asked for, turns `REJECTED_NEGATIVES` of the non-mushroom photos away. */
function massOfEnoughRejections(masses: readonly number[]): number {
  const sorted = [...masses].sort((a, b) => a - b);
  const last = sorted[Math.ceil(sorted.length * REJECTED_NEGATIVES) - 1]!;
  // Asking for just more than the last one to go; the next float64 up would do, a rounded step reads better.
  return Math.min(1, Math.ceil(last * 1000 + 1e-9) / 1000);
}

interface JudgedMushroom {
  taxon: Taxon;
  /** Whether its species has a class. */
  known: boolean;
  prediction: Prediction;
}

function judgedMushrooms(
  photos: readonly EvaluatedPhoto[],
  { labels, temperature }: Omit<DecisionModel, 'thresholds'>,
  table: SpeciesTable,
): JudgedMushroom[] {
  return photos
    .filter(({ label }) => label !== NOT_A_MUSHROOM)
    .map(({ label, logits, knownSpecies }) => {
      const taxon = table.find(label);
      if (!taxon) throw new Error(`the species table has no "${label}"`);
      return { taxon, known: knownSpecies, prediction: predictionOf(logits, labels, temperature) };
    });
}

/**
 * Chooses a model's thresholds on photos it was not trained on, none of them by hand:
 *
 * - `species`: the smallest calibrated score from which the best species is right for 90 % of the photos whose label
 *   is a species. A photo of a species that the model does not have counts as wrong: naming it would be. Photos of
 *   other sources, where there are some, must be right as often, of the species that the model has.
 * - `genus`: the same at the rank of genus, over the mushrooms left without a species by the first threshold.
 *   A photo of a genus that the model does not have counts as wrong.
 * - `mushroom`: the smallest mass on mushrooms that turns away 98 % of the non-mushroom photos, unless that turns away more
 *   than 1 % of the photos of mushrooms, or 2 % of those of other sources, of species that the model has or not; then
 *   the largest that does not. A mushroom that is called none leaves somebody without a word about it; a photo of
 *   something else that passes is answered "uncertain", mostly.
 *
 * Too few photos say nothing about a share: below 20 answers the first two are 0.9, which is what calibration promises
 * of that score; below 100 mushrooms or 20 non-mushroom photos, the third is 0.5, "rather
 * not a mushroom".
 *
 * @param tune photos of sources that training has none of, not trained on either.
 * @throws Error where the species table does not know a label.
 */
export function chooseThresholds(
  valPhotos: readonly EvaluatedPhoto[],
  model: Omit<DecisionModel, 'thresholds'>,
  table: SpeciesTable,
  tune: readonly EvaluatedPhoto[] = [],
): Thresholds {
  const mushrooms = judgedMushrooms(valPhotos, model, table);
  const ofTune = judgedMushrooms(tune, model, table);
  const knownTune = ofTune.filter(({ known }) => known);
  const sets = knownTune.length === 0 ? [mushrooms] : [mushrooms, knownTune];
  const needed = (answersOf: (photos: readonly JudgedMushroom[]) => ScoredAnswer[]) =>
    Math.max(...sets.map((photos) => scoreOfPrecision(answersOf(photos), PRECISION)));

  const species = needed((photos) =>
    photos
      .filter(({ taxon }) => taxon.rank === 'species')
      .map(({ taxon, prediction: { species: best } }) => ({
        confidence: best?.score ?? 0,
        correct: best?.taxon === taxon.name,
      })),
  );
  const genus = needed((photos) =>
    photos
      .filter(({ prediction }) => (prediction.species?.score ?? 0) < species)
      .map(({ taxon, prediction: { genus: best } }) => ({
        confidence: best?.score ?? 0,
        correct: best?.taxon === taxon.genus,
      })),
  );
  const negatives = valPhotos
    .filter(({ label }) => label === NOT_A_MUSHROOM)
    .map(({ logits }) => predictionOf(logits, model.labels, model.temperature).mushroom);
  const mushroom =
    negatives.length >= MIN_ANSWERS && mushrooms.length >= MIN_MUSHROOMS
      ? Math.min(
          massOfEnoughRejections(negatives),
          massOfFewRejections(mushrooms, REJECTED_MUSHROOMS.val),
          ...(ofTune.length >= MIN_MUSHROOMS ? [massOfFewRejections(ofTune, REJECTED_MUSHROOMS.tune)] : []),
        )
      : 0.5;
  return { mushroom, species, genus };
}
