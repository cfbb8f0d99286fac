import seedrandom from 'seedrandom';
import { fitsHabitat, leafWeights, weigh, type Find, type SeasonWeights } from './season-prior.ts';
import type { DecisionModel } from '../decision/decide.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import { VERDICTS, type Season, type Taxon, type Verdict } from '../taxonomy/taxon.ts';
import { meanNegativeLogLikelihood } from './calibration.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { predictionOf } from './prediction.ts';

/**
 * What is said of a find, since no photo of the data carries a date or place. `right`: a month of the true species' season
 * and a habitat of its own, by the same table that the prior reads, so that no prior can do better than on this. `random`:
 * any month, any habitat. `mixed`: four of five right, the others random. `opposite`: the right month six months
 * later, as on the other hemisphere, and a habitat that does not fit.
 */
export const SCENARIOS = ['right', 'mixed', 'random', 'opposite'] as const;
export type Scenario = (typeof SCENARIOS)[number];

const RIGHT_OF_MIXED = 0.8;
const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);

/** What the page offers to choose from. */
const HABITATS = [
  'broadleaf woodland',
  'conifer woodland',
  'mixed woodland',
  'dead wood',
  'grassland',
  'lawns',
  'parks',
  'woodchips',
  'dung',
];

function monthsOf({ from, to }: Season): number[] {
  return MONTHS.filter((month) => (from <= to ? month >= from && month <= to : month >= from || month <= to));
}

/** A photo of a species with what was said of it. */
export interface SaidPhoto {
  photo: EvaluatedPhoto;
  find: Required<Find>;
}

/**
 * Says something of each photo, `times` over. Of a species whose season or habitat the table does not know, what is
 * right of another photo's species is said: it is found when and where mushrooms are.
 *
 * @param photos those whose label is no species are left out.
 */
export function sayFinds(
  photos: readonly EvaluatedPhoto[],
  scenario: Scenario,
  table: SpeciesTable,
  { times, seed }: { times: number; seed: number },
): SaidPhoto[] {
  const random = seedrandom(`${seed}/${scenario}`);
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const ofSpecies = photos.flatMap((photo) => {
    const taxon = table.find(photo.label);
    return taxon?.rank === 'species' ? [{ photo, taxon }] : [];
  });
  const seasons = ofSpecies.flatMap(({ taxon: { season } }) => (season ? [season] : []));
  const withHabitat = ofSpecies.map(({ taxon }) => taxon).filter((taxon) => isTiedToHabitat(taxon));
  if (seasons.length === 0 || withHabitat.length === 0)
    throw new Error('the table knows no season or habitat of these photos');

  const rightMonth = ({ season }: Taxon) => oneOf(monthsOf(season ?? oneOf(seasons)));
  const habitats = (taxon: Taxon, fitting: boolean) => {
    const tied = isTiedToHabitat(taxon) ? taxon : oneOf(withHabitat);
    return HABITATS.filter((habitat) => fitsHabitat(tied, habitat) === fitting);
  };
  const said: Record<Scenario, (taxon: Taxon) => Required<Find>> = {
    right: (taxon) => ({ month: rightMonth(taxon), habitat: oneOf(habitats(taxon, true)) }),
    random: () => ({ month: oneOf(MONTHS), habitat: oneOf(HABITATS) }),
    mixed: (taxon) => (random() < RIGHT_OF_MIXED ? said.right(taxon) : said.random(taxon)),
    opposite: (taxon) => ({
      month: ((rightMonth(taxon) + 5) % 12) + 1,
      habitat: oneOf(habitats(taxon, false)),
    }),
  };
  return ofSpecies.flatMap(({ photo, taxon }) =>
    Array.from({ length: times }, () => ({ photo, find: said[scenario](taxon) })),
  );
}

/** Whether some habitats fit the species and some do not. */
function isTiedToHabitat(taxon: Taxon): boolean {
  const fitting = HABITATS.filter((habitat) => fitsHabitat(taxon, habitat)).length;
  return fitting > 0 && fitting < HABITATS.length;
}

/** Which of the two is taken into account. */
export const ASKED = ['month', 'habitat', 'month and habitat'] as const;
export type Asked = (typeof ASKED)[number];

function asked({ month, habitat }: Required<Find>, what: Asked): Find {
  return { ...(what !== 'habitat' && { month }), ...(what !== 'month' && { habitat }) };
}

/** The photos as they would be with the prior in them: their logits say what model and find say together. */
export function weighedPhotos(
  said: readonly SaidPhoto[],
  what: Asked,
  weights: SeasonWeights,
  model: DecisionModel,
  table: SpeciesTable,
): EvaluatedPhoto[] {
  const { labels, temperature } = model;
  const known = new Map<string, Float64Array>();
  return said.map(({ photo, find: both }) => {
    const find = asked(both, what);
    const key = JSON.stringify(find);
    const ofLeaves = known.get(key) ?? leafWeights(labels, table, find, weights);
    known.set(key, ofLeaves);
    const { distribution } = predictionOf(photo.logits, labels, temperature);
    const weighed = weigh(distribution, labels, ofLeaves);
    return { ...photo, logits: Float32Array.from(weighed, (p) => Math.log(Math.max(p, 1e-300)) * temperature) };
  });
}

/** Verdicts by what they warn of: "unknown, do not eat" warns of more than the harmless ones. */
const GRAVEST_FIRST: readonly Verdict[] = [
  ...VERDICTS.filter((verdict) => ['deadly', 'poisonous', 'psychoactive'].includes(verdict)),
  'unknown',
  'caution',
  'inedible',
  'not_known_poisonous',
];

/** The outcomes with the prior, but none of them with a milder verdict than without it. */
export function neverMilder(withPrior: readonly Outcome[], without: readonly Outcome[]): Outcome[] {
  return withPrior.map((outcome, index) => {
    const verdicts = [outcome, without[index]!].map(({ answer }) => answer.toxicity.verdict);
    const verdict = GRAVEST_FIRST.find((grave) => verdicts.includes(grave))!;
    return { ...outcome, answer: { ...outcome.answer, toxicity: { ...outcome.answer.toxicity, verdict } } };
  });
}

export function outcomesOf(photos: readonly EvaluatedPhoto[], model: DecisionModel, table: SpeciesTable): Outcome[] {
  return photos.map((photo) => outcomeOf(photo, model, table));
}

const FACTORS = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** The factor that makes the labels likeliest, for the month or the habitat alone; 1 means better without. */
export function fitFactor(
  said: readonly SaidPhoto[],
  what: Exclude<Asked, 'month and habitat'>,
  model: DecisionModel,
  table: SpeciesTable,
): number {
  const losses = FACTORS.map((factor) => {
    const weights = { outOfSeason: factor, outOfHabitat: factor };
    return meanNegativeLogLikelihood(weighedPhotos(said, what, weights, model, table), model.temperature);
  });
  return FACTORS[losses.indexOf(Math.min(...losses))]!;
}
