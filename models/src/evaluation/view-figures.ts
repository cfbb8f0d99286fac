import seedrandom from 'seedrandom';
import { groupBy } from '../dataset/group-by.ts';
import { shuffle } from '../dataset/splits.ts';
import type { DecisionModel } from '../decision/decide.ts';
import { fusePhotos, logProbabilities } from '../decision/distribution.ts';
import { fitTemperature, meanNegativeLogLikelihood } from './calibration.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import type { Outcome } from './outcome.ts';
import { differenceOf, type Difference } from './series-bootstrap.ts';

const isRight = ({ place }: Outcome) => place === 1;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Species of the model of which there are photos of both kinds, with the outcomes of each. */
function speciesWithBoth(outcomes: readonly Outcome[], isOfKind: (outcome: Outcome) => boolean) {
  const known = outcomes.filter(({ photo }) => photo.knownSpecies);
  return [...groupBy(known, ({ truth }) => truth!.name)]
    .map(([species, own]) => ({ species, kind: own.filter(isOfKind), rest: own.filter((one) => !isOfKind(one)) }))
    .filter(({ kind, rest }) => kind.length > 0 && rest.length > 0);
}

/**
 * By how much more often the right species comes first on photos of one kind than on the others of the same species:
 * which species people photograph from below is no part of it. Each species counts once.
 *
 * @returns the difference of the shares, with its interval over species; null where no species has both.
 */
export function leadWithinSpecies(
  outcomes: readonly Outcome[],
  isOfKind: (outcome: Outcome) => boolean,
): { lead: Difference; species: number } | null {
  const share = (own: readonly Outcome[]) => own.filter(isRight).length / own.length;
  const both = speciesWithBoth(outcomes, isOfKind);
  const lead = differenceOf(
    both.map(({ species, kind, rest }) => ({ series: species, gain: share(kind) - share(rest) })),
  );
  return lead && { lead, species: both.length };
}

/**
 * How often one photo is right where another of the same species is wrong, of pairs with one photo of each kind; each
 * species counts once. NaN where no species has both.
 */
export function discordanceWithinSpecies(
  outcomes: readonly Outcome[],
  isOfKind: (outcome: Outcome) => boolean,
): number {
  return mean(
    speciesWithBoth(outcomes, isOfKind).map(({ kind, rest }) =>
      mean(kind.flatMap((one) => rest.map((other) => (isRight(one) === isRight(other) ? 0 : 1)))),
    ),
  );
}

/**
 * What a second photo is worth, by what it shows: of every two photos of one species, fused as the service does,
 * whether the right species comes first. Over the species that have pairs of both sorts, each counting once.
 *
 * @returns the share of pairs with one photo of each kind; that of pairs of which both are of the kind, or both are not;
 *   and by how much the first is ahead, with its interval over species. Null where no species has both.
 */
export function pairsWithinSpecies(
  outcomes: readonly Outcome[],
  isOfKind: (outcome: Outcome) => boolean,
  { temperature }: Pick<DecisionModel, 'temperature'>,
): { mixed: number; alike: number; lead: Difference; species: number } | null {
  const fusedIsRight = (one: Outcome, other: Outcome) => {
    const fused = fusePhotos([one, other].map(({ photo }) => logProbabilities(photo.logits, temperature)));
    return fused.indexOf(Math.max(...fused)) === one.photo.leaves[0] ? 1 : 0;
  };
  const known = outcomes.filter(({ photo }) => photo.knownSpecies);
  const both = [...groupBy(known, ({ truth }) => truth!.name)].flatMap(([species, own]) => {
    const pairs = own.flatMap((one, index) => own.slice(index + 1).map((other) => ({ one, other })));
    const [mixed, alike] = [true, false].map((differ) =>
      pairs
        .filter(({ one, other }) => (isOfKind(one) !== isOfKind(other)) === differ)
        .map(({ one, other }) => fusedIsRight(one, other)),
    ) as [number[], number[]];
    return mixed.length > 0 && alike.length > 0 ? [{ series: species, mixed: mean(mixed), alike: mean(alike) }] : [];
  });
  const lead = differenceOf(both.map(({ series, mixed, alike }) => ({ series, gain: mixed - alike })));
  return (
    lead && {
      mixed: mean(both.map(({ mixed }) => mixed)),
      alike: mean(both.map(({ alike }) => alike)),
      lead,
      species: both.length,
    }
  );
}

const FOLDS = 5;

/**
 * What it would gain to know a photo's view, if each view had a temperature of its own: by cross-validation over whole
 * species, how much likelier photos are at the temperature of their view than at that of all, both fitted without them.
 *
 * @returns nats a photo, with an interval over species; null where no photo's label has a leaf.
 */
export function temperatureGain(
  photos: readonly EvaluatedPhoto[],
  viewOf: (photo: EvaluatedPhoto) => string,
  seed = 1,
): Difference | null {
  const labelled = photos.filter(({ leaves }) => leaves.length > 0);
  const species = [...new Set(labelled.map(({ label }) => label))].sort();
  shuffle(species, seedrandom(`${seed}/views`));
  const foldOf = new Map(species.map((label, index) => [label, index % FOLDS]));
  const items = Array.from({ length: FOLDS }, (_, fold) => {
    const inFold = ({ label }: EvaluatedPhoto) => foldOf.get(label) === fold;
    const rest = labelled.filter((photo) => !inFold(photo));
    const common = fitTemperature(rest);
    const own = new Map([...groupBy(rest, viewOf)].map(([view, members]) => [view, fitTemperature(members)]));
    return labelled.filter(inFold).map((photo) => ({
      series: photo.label,
      gain:
        meanNegativeLogLikelihood([photo], common) -
        meanNegativeLogLikelihood([photo], own.get(viewOf(photo)) ?? common),
    }));
  });
  return differenceOf(items.flat());
}

/** Normal quantiles: two-sided 5 %, and a power of 80 %. */
const [SIGNIFICANCE, POWER] = [1.959964, 0.841621];

/**
 * Specimens that it takes, each photographed in both ways, to see a difference between the two in four trials of five:
 * the sample size of McNemar's test (Connor 1987, doi 10.2307/2531961).
 *
 * @param discordant share of specimens that only one of the two photos gets right.
 * @param difference of the shares that are right, 0…discordant.
 */
export function specimensNeeded(discordant: number, difference: number): number {
  const root = SIGNIFICANCE * Math.sqrt(discordant) + POWER * Math.sqrt(discordant - difference ** 2);
  return Math.ceil((root / difference) ** 2);
}
