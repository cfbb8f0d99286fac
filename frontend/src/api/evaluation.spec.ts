import { describe, expect, it } from 'vitest';
import { evaluationFrom, measuredAccuracy, type Evaluation } from './evaluation.ts';

const bin = (from: number, to: number, count: number, accuracy: number | null) => ({
  from,
  to,
  count,
  confidence: (from + to) / 2,
  accuracy,
});

const evaluation = {
  schemaVersion: 1,
  splits: {
    val: null,
    field: {
      calibration: {
        anySpecies: { ece: 0.2, bins: [bin(0, 0.5, 400, 0.1), bin(0.5, 0.9, 12, 0.5), bin(0.9, 1, 49, 0.65)] },
        genus: { ece: 0.1, bins: [bin(0, 0.9, 0, null), bin(0.9, 1, 57, 0.86)] },
      },
    },
  },
} as unknown as Evaluation;

describe('how often it was right when it was as sure', () => {
  it('is read at the score and rank, the ends included', () => {
    expect(measuredAccuracy(evaluation, 'species', 0.95)).toBe(0.65);
    expect(measuredAccuracy(evaluation, 'species', 1)).toBe(0.65);
    expect(measuredAccuracy(evaluation, 'species', 0)).toBe(0.1);
    expect(measuredAccuracy(evaluation, 'genus', 0.9)).toBe(0.86);
  });

  it('is not claimed from a handful of photos, or from none', () => {
    expect(measuredAccuracy(evaluation, 'species', 0.6)).toBeNull();
    expect(measuredAccuracy(evaluation, 'genus', 0.6)).toBeNull();
    expect(measuredAccuracy(null, 'genus', 0.6)).toBeNull();
  });
});

it.each([null, undefined, 'text', {}, { schemaVersion: 2 }])('an evaluation of the form %s is not read', (json) => {
  expect(evaluationFrom(json)).toBeNull();
});
