import { describe, expect, it } from 'vitest';
import { expectedCalibrationError } from './reliability.ts';

const times = <T>(count: number, item: T) => Array.from({ length: count }, () => item);

describe('the expected calibration error', () => {
  it('is the mean distance of score and accuracy over the bins, weighted by answers', () => {
    // Two bins. Lower: scores 0.2 and 0.4, one right: |0.3 − 0.5|. Upper: 0.9 and 0.7, both right: |0.8 − 1|.
    const { ece, bins } = expectedCalibrationError(
      [
        { confidence: 0.2, correct: true },
        { confidence: 0.4, correct: false },
        { confidence: 0.9, correct: true },
        { confidence: 0.7, correct: true },
      ],
      2,
    );
    expect(ece).toBeCloseTo(0.2, 10);
    expect(bins).toHaveLength(2);
    expect(bins[0]).toMatchObject({ from: 0, to: 0.5, count: 2, accuracy: 0.5 });
    expect(bins[1]!.confidence).toBeCloseTo(0.8, 10);
  });

  it('weighs a bin by its answers', () => {
    // Nine answers are exactly calibrated, one is off by 0.4.
    const sure = times(9, { confidence: 1, correct: true });
    expect(expectedCalibrationError([...sure, { confidence: 0.4, correct: false }], 2).ece).toBeCloseTo(0.04, 10);
  });

  it('puts a score of 1 into the last bin and keeps empty bins', () => {
    const { bins, ece } = expectedCalibrationError([{ confidence: 1, correct: true }]);
    expect(bins).toHaveLength(15);
    expect(bins[14]).toMatchObject({ count: 1, accuracy: 1 });
    expect(bins[0]).toMatchObject({ count: 0, confidence: null, accuracy: null });
    expect(ece).toBe(0);
  });

  it('is not 0 but unknown without answers', () => {
    expect(expectedCalibrationError([]).ece).toBeNull();
  });
});
