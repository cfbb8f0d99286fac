import { group as groupBy, maxIndex, mean } from 'd3-array';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';

/** What looks wrong with a photo's label, and how much. */
export interface LabelIssue {
  row: number;
  finding: 'probably_mislabelled' | 'shows_no_mushroom';
  /** What the other photos say it is. */
  likelier: number;
  /** Probability of the likelier class less that of the photo's own label: 0 … 1. */
  margin: number;
}

/**
 * Confident learning (Northcutt, Jiang & Chuang 2021, doi 10.1613/jair.1.12125): a photo is counted as of another
 * class where that class's out-of-fold probability reaches the mean that photos labelled so get themselves. Labels are
 * sets of classes here, so a photo's own probability is the sum over its set.
 *
 * @param probabilities out-of-fold, a photo.
 * @param classSets the classes under each photo's label; photos with none are passed over.
 * @returns the issues, widest margin first.
 */
export function findLabelIssues(
  probabilities: readonly Float64Array[],
  classSets: readonly (readonly number[])[],
  labels: readonly Label[],
): LabelIssue[] {
  const confidence = meanSelfConfidence(probabilities, classSets, labels.length);
  const negative = labels.findIndex((label) => label.kind === 'not_a_mushroom');
  const issues: LabelIssue[] = [];
  probabilities.forEach((own, row) => {
    const set = classSets[row]!;
    if (set.length === 0) return;
    const ofLabel = set.reduce((sum, index) => sum + own[index]!, 0);
    const isOther = (index: number) => !set.includes(index) && own[index]! >= confidence[index]!;
    const likelier = maxIndex(own, (probability, index) => (isOther(index) ? probability : undefined));
    if (likelier < 0 || own[likelier]! <= ofLabel) return;
    issues.push({
      row,
      finding: likelier === negative ? 'shows_no_mushroom' : 'probably_mislabelled',
      likelier,
      margin: own[likelier]! - ofLabel,
    });
  });
  return issues.sort((a, b) => b.margin - a.margin);
}

/** The mean probability of a class over the photos labelled with it alone; 1 for a class without any. */
function meanSelfConfidence(
  probabilities: readonly Float64Array[],
  classSets: readonly (readonly number[])[],
  classes: number,
): Float64Array {
  const own = classSets.flatMap(([index, ...others], row) =>
    index === undefined || others.length > 0 ? [] : [{ index, probability: probabilities[row]![index]! }],
  );
  const byClass = groupBy(own, ({ index }) => index);
  return Float64Array.from(
    { length: classes },
    (_, index) => mean(byClass.get(index) ?? [], (o) => o.probability) ?? 1,
  );
}
