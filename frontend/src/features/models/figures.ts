import type { Proportion, SplitEvaluation } from '../../api/evaluation.ts';
import type { modelsEn } from '../../language/models.en.ts';

/** The key figures of an evaluation, in the order in which they matter; named in the catalogues. */
export const FIGURES: Record<keyof typeof modelsEn.row, (split: SplitEvaluation) => Proportion> = {
  dangerous: (split) => split.verdicts.pipeline.dangerousCalledHarmless,
  argmax: (split) => split.verdicts.argmax.dangerousCalledHarmless,
  top1: (split) => split.top1,
  top3: (split) => split.top3,
  genus: (split) => split.genus,
  species: (split) => split.decisions.species,
  speciesRight: (split) => split.rightWhenNamed.species,
  namesGenus: (split) => split.decisions.genus,
  genusRight: (split) => split.rightWhenNamed.genus,
  uncertain: (split) => split.decisions.uncertain,
  negatives: (split) => split.negativesRejected,
};

export const FIGURE_NAMES = Object.keys(FIGURES) as (keyof typeof FIGURES)[];
