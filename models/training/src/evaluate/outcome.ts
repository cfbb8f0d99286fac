import type { CostMatrix } from '@mushroom/recognition/bundle/bundle.schema';
import { NOT_A_MUSHROOM } from '../data/manifest.ts';
import { decide, type DecisionModel } from '@mushroom/recognition/decision/decide';
import type { Identification } from '@mushroom/recognition/decision/identification';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { isDangerous, verdictOf, type Taxon, type Toxicity, type Verdict } from '@mushroom/recognition/taxonomy/taxon';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { predictionOf, type Prediction } from './prediction.ts';

/** One photo, its truth and its answers. */
export interface Outcome {
  photo: EvaluatedPhoto;
  /** What the photo shows; null where it is no mushroom. */
  truth: Taxon | null;
  /** Whether a class is of the truth's genus. */
  knownGenus: boolean;
  prediction: Prediction;
  /** The place of the true species among all classes, 1 for the best; null where it has no class of its own. */
  place: number | null;
  /** What the whole pipeline answers: `decide`, as the service calls it for one photo. */
  answer: Identification;
  /** What a program that believes the best class would say: the baseline. */
  argmaxVerdict: Verdict;
}

/** @throws Error where the species table does not know the photo's label. */
export function outcomeOf(photo: EvaluatedPhoto, model: DecisionModel, table: SpeciesTable): Outcome {
  const truth = photo.label === NOT_A_MUSHROOM ? null : table.find(photo.label);
  if (truth === undefined) throw new Error(`the species table has no "${photo.label}"`);
  const prediction = predictionOf(photo.logits, model.labels, model.temperature);
  return {
    photo,
    truth,
    knownGenus: model.labels.some((label) => label.kind !== 'not_a_mushroom' && label.genus === truth?.genus),
    prediction,
    place: photo.knownSpecies ? placeOf(photo.classes[0]!, photo.logits) : null,
    answer: decide([photo.logits], model, table),
    argmaxVerdict: argmaxVerdict(photo.logits, model, table),
  };
}

function placeOf(classIndex: number, logits: Float32Array): number {
  return 1 + logits.filter((logit) => logit > logits[classIndex]!).length;
}

function argmaxVerdict(logits: Float32Array, { labels }: DecisionModel, table: SpeciesTable): Verdict {
  const best = labels[logits.indexOf(logits.reduce((a, b) => Math.max(a, b)))]!;
  if (best.kind === 'not_a_mushroom') return 'unknown';
  if (best.kind === 'other_in_genus') return verdictOf(table.worstOfGenus(best.genus));
  return verdictOf(table.find(best.taxon)?.toxicity ?? 'unknown');
}

/** What a verdict amounts to when errors are counted. `caution` and `inedible` warn of less than poisoning: harmless. */
export function kindOf(verdict: Verdict): 'dangerous' | 'harmless' | 'unknown' {
  if (verdict === 'unknown') return 'unknown';
  return verdict !== 'not_known_poisonous' && isDangerous(verdict) ? 'dangerous' : 'harmless';
}

/**
 * What a verdict cost, in units of "a harmless mushroom called dangerous". Degrees within the dangerous, or within the
 * harmless, cost nothing here.
 * @param truth not `unknown`: of such a mushroom nothing can be said to be an error.
 */
export function costOf(truth: Exclude<Toxicity, 'unknown'>, verdict: Verdict, costs: CostMatrix): number {
  const kind = kindOf(verdict);
  if (isDangerous(truth)) {
    return { dangerous: 0, harmless: costs.dangerousCalledHarmless, unknown: costs.dangerousCalledUnknown }[kind];
  }
  return { dangerous: costs.harmlessCalledDangerous, harmless: 0, unknown: costs.harmlessCalledUnknown }[kind];
}
