import { JUDGED_SPLITS, nameOf } from '../data/manifest.ts';
import type { Evaluation, SplitEvaluation, VerdictFigures } from '@mushroom/recognition/bundle/evaluation.schema';
import type { Proportion } from '@mushroom/recognition/bundle/proportion';

/** `0.523` → `52.3 %`; a dash where there was nothing to count. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** As what is to download is told. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** `52.3 % (49.0 – 55.6 %; 120 of 229)`. */
export function withInterval({ share, interval, count, of }: Proportion): string {
  if (share === null || interval === null) return '–';
  const [low, high] = interval.map((end) => (end * 100).toFixed(1));
  return `${percent(share)} (${low} – ${high} %; ${count} of ${of})`;
}

/** The splits that an evaluation has photos of. */
export function splitsOf({ splits }: Evaluation) {
  return JUDGED_SPLITS.flatMap((split) => {
    const figures = splits[split];
    return figures ? [{ split, name: nameOf(split), figures }] : [];
  });
}

/** The figures of a split that a reader is shown, in this order; each has a name of its own. */
export const FIGURE_ROWS: readonly [string, (split: SplitEvaluation) => string][] = [
  [
    'photos (of mushrooms; of known species; of no mushroom)',
    ({ photos }) => `${photos.total} (${photos.mushrooms}; ${photos.ofKnownSpecies}; ${photos.negatives})`,
  ],
  ['top-1, known species', ({ top1 }) => withInterval(top1)],
  ['top-3, known species', ({ top3 }) => withInterval(top3)],
  ['genus right, known species', ({ knownSpecies }) => (knownSpecies ? withInterval(knownSpecies.genus) : '–')],
  ['genus right, genera the model has', ({ genus }) => withInterval(genus)],
  [
    'calibration error (ECE) of species: known · all',
    ({ calibration }) => `${percent(calibration.knownSpecies.ece)} · ${percent(calibration.anySpecies.ece)}`,
  ],
  ['calibration error (ECE) of genus', ({ calibration }) => percent(calibration.genus.ece)],
  [
    'photos of known species that are named, at either rank',
    ({ knownSpecies }) => (knownSpecies ? withInterval(knownSpecies.identified) : '–'),
  ],
  [
    '… and that is right at the rank claimed',
    ({ knownSpecies }) => (knownSpecies ? withInterval(knownSpecies.rightWhenIdentified) : '–'),
  ],
  ['mushrooms named as a species', ({ decisions }) => withInterval(decisions.species)],
  ['… and the species is right', ({ rightWhenNamed }) => withInterval(rightWhenNamed.species)],
  ['mushrooms named as a genus', ({ decisions }) => withInterval(decisions.genus)],
  ['… and the genus is right', ({ rightWhenNamed }) => withInterval(rightWhenNamed.genus)],
  ['mushrooms answered "uncertain"', ({ decisions }) => withInterval(decisions.uncertain)],
  ['mushrooms answered "not a mushroom"', ({ decisions }) => withInterval(decisions.notAMushroom)],
  ['photos of no mushroom answered so', ({ negativesRejected }) => withInterval(negativesRejected)],
  ['species the model does not have: abstains', ({ unseenSpecies }) => withInterval(unseenSpecies.abstained)],
  ['… names the right genus', ({ unseenSpecies }) => withInterval(unseenSpecies.rightGenus)],
  ['… names a sister species', ({ unseenSpecies }) => withInterval(unseenSpecies.siblingSpecies)],
  ['… names another genus, or a species of one', ({ unseenSpecies }) => withInterval(unseenSpecies.wrongGenus)],
];

/** What is shown of the verdicts, of the pipeline or of the baseline. */
export const VERDICT_ROWS: readonly [string, (verdicts: VerdictFigures) => string][] = [
  ['dangerous species given a harmless verdict', (v) => withInterval(v.dangerousCalledHarmless)],
  ['… deadly', (v) => withInterval(v.dangerousCalledHarmlessByClass.deadly)],
  ['… poisonous', (v) => withInterval(v.dangerousCalledHarmlessByClass.poisonous)],
  ['… psychoactive', (v) => withInterval(v.dangerousCalledHarmlessByClass.psychoactive)],
  ['dangerous species called dangerous', (v) => withInterval(v.dangerousCalledDangerous)],
  ['dangerous species answered "unknown, do not eat"', (v) => withInterval(v.dangerousCalledUnknown)],
  ['harmless species given a harmless verdict', (v) => withInterval(v.harmlessCalledHarmless)],
  ['harmless species called dangerous', (v) => withInterval(v.harmlessCalledDangerous)],
  ['mean cost a photo', (v) => (v.costAPhoto === null ? '–' : v.costAPhoto.toFixed(2))],
];
