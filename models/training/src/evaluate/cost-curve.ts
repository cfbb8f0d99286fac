import { decide, type DecisionModel } from '@mushroom/recognition/decision/decide';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { CostPoint } from '@mushroom/recognition/bundle/evaluation.schema';
import { verdictFigures } from './figures.ts';
import type { Outcome } from './outcome.ts';

const COSTS_OF_A_DANGEROUS_ERROR = [1, 3, 10, 30, 100, 300, 1000];

/**
 * What caution buys: verdicts decided again as if calling a dangerous mushroom harmless cost from 1 to 1000 times the
 * reverse, and judged by the costs that are served.
 */
export function costCurve(outcomes: readonly Outcome[], model: DecisionModel, table: SpeciesTable): CostPoint[] {
  return COSTS_OF_A_DANGEROUS_ERROR.map((dangerousCalledHarmless) => {
    const other = { ...model, costs: { ...model.costs, dangerousCalledHarmless } };
    const verdictOf = ({ photo }: Outcome) => decide([photo.logits], other, table).toxicity.verdict;
    const figures = verdictFigures(outcomes, verdictOf, model.costs);
    return {
      dangerousCalledHarmlessCost: dangerousCalledHarmless,
      dangerousCalledHarmless: figures.dangerousCalledHarmless.share,
      harmlessCalledHarmless: figures.harmlessCalledHarmless.share,
      costAPhoto: figures.costAPhoto,
    };
  });
}
