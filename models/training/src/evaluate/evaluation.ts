import { group as groupBy } from 'd3-array';
import type { JudgedSplit } from '../data/manifest.ts';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { isDangerous, TOXICITIES } from '@mushroom/recognition/taxonomy/taxon';
import { expectedCalibrationError, type ScoredAnswer } from './reliability.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import type {
  AbstentionPoint,
  DangerousSpecies,
  Evaluation,
  SplitEvaluation,
} from '@mushroom/recognition/bundle/evaluation.schema';
import { costCurve } from './cost-curve.ts';
import { figuresOf } from './figures.ts';
import { kindOf, outcomeOf, type Outcome } from './outcome.ts';
import { shareOf } from '@mushroom/recognition/bundle/proportion';

const METHOD = [
  'Each photo is judged alone, from one view of it, by the function that also answers in the service.',
  '"val" comes from the sources that the model was trained on: temperature and thresholds were chosen on it, so its decisions look somewhat better than they are.',
  'The test ("field" in files) comes from other sources; nothing was fitted on it, and it is the honest figure.',
  'Known species are those with a class of their own; top-1 and top-3 count the place of the true one among all classes.',
  'Verdicts are judged on photos labelled with a species, known to the model or not: deadly, poisonous and psychoactive are dangerous; caution, inedible and not known to be poisonous are harmless verdicts.',
  'The cost of a photo follows the cost matrix, an answer of "unknown" included; species whose toxicity the table does not know are left out of it.',
  'The arg-max baseline believes the best class, whatever its score, and says what the table says of it.',
  'Intervals are Wilson 95 % score intervals, which take photos for independent; photos of one series are not quite, so the true intervals are somewhat wider.',
].join(' ');

/** Genera in the confusion matrix; more than this nobody can read. */
const GENERA = 30;
const BEYOND = 'another genus';
const ABSTENTION_POINTS = 20;

/**
 * Judges a model by photos it was not trained on: everything `evaluation.json` holds. Photos of `train` and `tune` are left out.
 * @throws Error where the species table does not know a photo's label.
 * @throws RangeError where a photo's logits do not fit the model's labels.
 */
export function evaluatePhotos(
  photos: readonly EvaluatedPhoto[],
  model: DecisionModel,
  table: SpeciesTable,
): Evaluation {
  const { labels, temperature, thresholds, costs } = model;
  const classesOf = (kind: string) => labels.filter((label) => label.kind === kind).length;
  const ofSplit = (split: JudgedSplit) => photos.filter((photo) => photo.split === split);
  return {
    schemaVersion: 1,
    method: METHOD,
    leaves: {
      species: classesOf('species'),
      otherInGenus: classesOf('other_in_genus'),
      notAMushroom: classesOf('not_a_mushroom'),
    },
    temperature,
    thresholds,
    costs,
    splits: {
      val: evaluateSet(ofSplit('val'), model, table),
      field: evaluateSet(ofSplit('field'), model, table),
    },
  };
}

/** The same of one set of photos; null if there are none. */
export function evaluateSet(
  photos: readonly EvaluatedPhoto[],
  model: DecisionModel,
  table: SpeciesTable,
): SplitEvaluation | null {
  const outcomes = photos.map((photo) => outcomeOf(photo, model, table));
  return outcomes.length === 0 ? null : splitEvaluation(outcomes, model, table);
}

function splitEvaluation(outcomes: readonly Outcome[], model: DecisionModel, table: SpeciesTable): SplitEvaluation {
  const { costs } = model;
  const sources = [...groupBy(outcomes, ({ photo }) => photo.source)].sort(([a], [b]) => a.localeCompare(b));
  const mushrooms = outcomes.filter(({ truth }) => truth !== null);
  const ofSpecies = mushrooms.filter(({ truth }) => truth!.rank === 'species');
  return {
    ...figuresOf(outcomes, costs, table),
    sources: Object.fromEntries(sources.map(([source, members]) => [source, figuresOf(members, costs, table)])),
    calibration: {
      knownSpecies: expectedCalibrationError(ofSpecies.filter(({ photo }) => photo.knownSpecies).map(speciesAnswer)),
      anySpecies: expectedCalibrationError(ofSpecies.map(speciesAnswer)),
      genus: expectedCalibrationError(mushrooms.filter(({ knownGenus }) => knownGenus).map(genusAnswer)),
    },
    abstention: {
      species: abstentionCurve(ofSpecies.map(speciesAnswer)),
      genus: abstentionCurve(mushrooms.map(genusAnswer)),
    },
    costCurve: costCurve(outcomes, model, table),
    dangerousSpecies: dangerousSpeciesOf(ofSpecies),
    genusConfusion: genusConfusion(mushrooms),
  };
}

function speciesAnswer({ prediction: { species }, truth }: Outcome): ScoredAnswer {
  return { confidence: species?.score ?? 0, correct: species?.taxon === truth!.name };
}

function genusAnswer({ prediction: { genus }, truth }: Outcome): ScoredAnswer {
  return { confidence: genus?.score ?? 0, correct: genus?.taxon === truth!.genus };
}

function abstentionCurve(answers: readonly ScoredAnswer[]): AbstentionPoint[] {
  if (answers.length === 0) return [];
  return Array.from({ length: ABSTENTION_POINTS }, (_, index) => {
    const threshold = index / ABSTENTION_POINTS;
    const given = answers.filter(({ confidence }) => confidence >= threshold);
    return { threshold, coverage: given.length / answers.length, accuracy: shareOf(given, (a) => a.correct).share };
  });
}

function dangerousSpeciesOf(ofSpecies: readonly Outcome[]): DangerousSpecies[] {
  const dangerous = ofSpecies.filter(({ truth }) => isDangerous(truth!.toxicity));
  return [...groupBy(dangerous, ({ truth }) => truth!).entries()]
    .sort(([a], [b]) => TOXICITIES.indexOf(a.toxicity) - TOXICITIES.indexOf(b.toxicity) || a.name.localeCompare(b.name))
    .map(([taxon, members]) => ({
      taxon: taxon.name,
      commonName: taxon.commonName,
      toxicity: taxon.toxicity as DangerousSpecies['toxicity'],
      known: members[0]!.photo.knownSpecies,
      top1: shareOf(members, ({ place }) => place === 1),
      warned: shareOf(members, ({ answer }) => kindOf(answer.toxicity.verdict) !== 'harmless'),
    }));
}

function genusConfusion(mushrooms: readonly Outcome[]): SplitEvaluation['genusConfusion'] {
  const byGenus = [...groupBy(mushrooms, ({ truth }) => truth!.genus)]
    .sort(([a, membersA], [b, membersB]) => membersB.length - membersA.length || a.localeCompare(b))
    .slice(0, GENERA);
  const genera = byGenus.map(([genus]) => genus);
  const pairs = byGenus.flatMap(([actual, members]) => {
    const predictedOf = ({ prediction: { genus } }: Outcome) =>
      genus && genera.includes(genus.taxon) ? genus.taxon : BEYOND;
    return [...groupBy(members, predictedOf)].map(([predicted, { length: count }]) => ({ actual, predicted, count }));
  });
  return { genera, pairs };
}
