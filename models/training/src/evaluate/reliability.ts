import type { Reliability } from '@mushroom/recognition/bundle/evaluation.schema';

/** A score, and whether what it was given for was right. */
export interface ScoredAnswer {
  confidence: number;
  correct: boolean;
}

/**
 * Expected calibration error and the bins of a reliability diagram (Guo et al. 2017, eq. 5).
 * @param pairs confidence within 0…1.
 */
export function expectedCalibrationError(pairs: readonly ScoredAnswer[], bins = 15): Reliability {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const { confidence, correct } of pairs) {
    const bin = sums[Math.min(bins - 1, Math.floor(confidence * bins))]!;
    bin.count++;
    bin.confidence += confidence;
    bin.right += correct ? 1 : 0;
  }
  const distance = sums.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0);
  return {
    ece: pairs.length === 0 ? null : distance / pairs.length,
    bins: sums.map(({ count, confidence, right }, index) => ({
      from: index / bins,
      to: (index + 1) / bins,
      count,
      confidence: count === 0 ? null : confidence / count,
      accuracy: count === 0 ? null : right / count,
    })),
  };
}
