import { group as groupBy, maxIndex, mean } from 'd3-array';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';

/** What looks wrong with a photo's label, and how much. */
export interface LabelIssue {
  row: number;
  finding: 'probably_mislabelled' | 'shows_no_mushroom';
  /** What the other photos say it is. */
  likelier: number;
  /** Probability of the likelier leaf less that of the photo's own label: 0 … 1. */
  margin: number;
}

/**
 * Confident learning (Northcutt, Jiang & Chuang 2021, doi 10.1613/jair.1.12125): a photo is counted as of another
 * class where that class's out-of-fold probability reaches the mean that photos labelled so get themselves. Labels are
 * sets of leaves here, so a photo's own probability is the sum over its set.
 *
 * @param probabilities out-of-fold, a photo.
 * @param leafSets the leaves under each photo's label; photos with none are passed over.
 * @returns the issues, widest margin first.
 */
export function findLabelIssues(
  probabilities: readonly Float64Array[],
  leafSets: readonly (readonly number[])[],
  labels: readonly Label[],
): LabelIssue[] {
  const confidence = meanSelfConfidence(probabilities, leafSets, labels.length);
  const negative = labels.findIndex((label) => label.kind === 'not_a_mushroom');
  const issues: LabelIssue[] = [];
  probabilities.forEach((own, row) => {
    const set = leafSets[row]!;
    if (set.length === 0) return;
    const ofLabel = set.reduce((sum, leaf) => sum + own[leaf]!, 0);
    const isOther = (leaf: number) => !set.includes(leaf) && own[leaf]! >= confidence[leaf]!;
    const likelier = maxIndex(own, (probability, leaf) => (isOther(leaf) ? probability : undefined));
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

/** The mean probability of a leaf over the photos labelled with it alone; 1 for a leaf without any. */
function meanSelfConfidence(
  probabilities: readonly Float64Array[],
  leafSets: readonly (readonly number[])[],
  leaves: number,
): Float64Array {
  const own = leafSets.flatMap(([leaf, ...others], row) =>
    leaf === undefined || others.length > 0 ? [] : [{ leaf, probability: probabilities[row]![leaf]! }],
  );
  const byLeaf = groupBy(own, ({ leaf }) => leaf);
  return Float64Array.from({ length: leaves }, (_, leaf) => mean(byLeaf.get(leaf) ?? [], (o) => o.probability) ?? 1);
}
