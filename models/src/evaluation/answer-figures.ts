import type { DecisionModel } from '../decision/decide.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import { expectedCalibrationError, meanNegativeLogLikelihood } from './calibration.ts';
import { figuresOf } from './figures.ts';
import type { Outcome } from './outcome.ts';
import { proportionOf, type Proportion } from './proportion.ts';
import { differenceOf, seriesOf, type Difference } from './series-bootstrap.ts';

/** What answers are worth that rest on more than one photo alone. */
export interface AnswerFigures {
  answers: number;
  /** Of known species. */
  top1: Proportion;
  top3: Proportion;
  genus: Proportion;
  /** Mean marginal negative log-likelihood, nats; null where no label has a leaf. */
  nll: number | null;
  /** Of the best species' score, over known species. */
  ece: number | null;
  /** At the rank of species or genus. */
  named: Proportion;
  rightSpecies: Proportion;
  rightGenus: Proportion;
  dangerousCalledHarmless: Proportion;
  harmlessCalledHarmless: Proportion;
  cost: number | null;
}

export function answerFigures(
  outcomes: readonly Outcome[],
  { temperature, costs }: DecisionModel,
  table: SpeciesTable,
): AnswerFigures {
  const { top1, top3, genus, decisions, rightWhenNamed, verdicts } = figuresOf(outcomes, costs, table);
  const photos = outcomes.map(({ photo }) => photo);
  const known = outcomes.filter(({ photo }) => photo.knownSpecies);
  const nll = meanNegativeLogLikelihood(photos, temperature);
  return {
    answers: outcomes.length,
    top1,
    top3,
    genus,
    nll: Number.isNaN(nll) ? null : nll,
    ece: expectedCalibrationError(
      known.map(({ prediction: { species }, truth }) => ({
        confidence: species?.score ?? 0,
        correct: species?.taxon === truth!.name,
      })),
    ).ece,
    named: proportionOf(decisions.species.count + decisions.genus.count, outcomes.length),
    rightSpecies: rightWhenNamed.species,
    rightGenus: rightWhenNamed.genus,
    dangerousCalledHarmless: verdicts.pipeline.dangerousCalledHarmless,
    harmlessCalledHarmless: verdicts.pipeline.harmlessCalledHarmless,
    cost: verdicts.pipeline.costAPhoto,
  };
}

/** How one way of answering is ahead of another on the same items; below 0 it is behind. */
export interface Lead {
  top1: Difference | null;
  /** Nats less. */
  nll: Difference | null;
}

/** @param others outcomes of the same items in the same order. */
export function leadOf(
  outcomes: readonly Outcome[],
  others: readonly Outcome[],
  { temperature }: Pick<DecisionModel, 'temperature'>,
): Lead {
  const paired = outcomes.map((own, index) => ({ series: seriesOf(own.photo), own, other: others[index]! }));
  const isFirst = ({ place }: Outcome) => (place === 1 ? 1 : 0);
  const loss = ({ photo }: Outcome) => meanNegativeLogLikelihood([photo], temperature);
  return {
    top1: differenceOf(
      paired
        .filter(({ own }) => own.photo.knownSpecies)
        .map(({ series, own, other }) => ({ series, gain: isFirst(own) - isFirst(other) })),
    ),
    nll: differenceOf(
      paired
        .filter(({ own }) => own.photo.leaves.length > 0)
        .map(({ series, own, other }) => ({ series, gain: loss(other) - loss(own) })),
    ),
  };
}
