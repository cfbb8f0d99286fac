import { describe, expect, it } from 'vitest';
import type { Classifier } from './classifier.ts';
import { checkGolden, scoresOf } from './golden-check.ts';

/** A classifier that gives these logits for anything; the shipped one is checked in shipped-bundle.spec.ts. */
const giving = (...values: number[]) =>
  ({
    logits: (inputs: Uint8Array[]) => Promise.resolve(inputs.map(() => Float32Array.from(values))),
  }) as unknown as Classifier;

const golden = (...scores: number[]) => ({ tolerance: 1e-3, cases: [{ name: 'grey', rgb: 'gICA', scores }] });

describe('scores', () => {
  it('are the softmax of the logits, however large', () => {
    expect([...scoresOf(Float32Array.of(0, 0))]).toEqual([0.5, 0.5]);
    expect([...scoresOf(Float32Array.of(1000, 1000, -1000))]).toEqual([0.5, 0.5, 0]);
  });
});

describe('the check of golden outputs', () => {
  it('gives the largest difference', async () => {
    expect(await checkGolden(giving(0, 0), golden(0.5, 0.5))).toBe(0);
    expect(await checkGolden(giving(0, 0), golden(0.5004, 0.4996))).toBeCloseTo(0.0004, 6);
  });

  it.each([
    ['scores that differ', giving(0, 1), golden(0.5, 0.5)],
    ['a score that is no number', giving(Number.NaN, 0), golden(0.5, 0.5)],
    ['a score too few', giving(0), golden(0.5, 0.5)],
    ['a score too many', giving(0, 0, -100), golden(0.5, 0.5)],
  ])('fails on %s, and names the case', async (_, classifier, expected) => {
    await expect(checkGolden(classifier, expected)).rejects.toThrow(/golden output "grey" differs/);
  });
});
