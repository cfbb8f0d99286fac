import { describe, expect, it } from 'vitest';
import type { Label } from '../bundle/bundle.schema.ts';
import type { Identification } from '../decision/identification.ts';
import { activationMap, labelWeights } from './activation-map.ts';

const labels: Label[] = [
  { kind: 'species', taxon: 'Amanita muscaria', genus: 'Amanita', family: 'Amanitaceae' },
  { kind: 'species', taxon: 'Amanita phalloides', genus: 'Amanita', family: 'Amanitaceae' },
  { kind: 'other_in_genus', genus: 'Amanita', family: 'Amanitaceae' },
  { kind: 'species', taxon: 'Boletus edulis', genus: 'Boletus', family: 'Boletaceae' },
  { kind: 'not_a_mushroom' },
];
const bundle = { labels, temperature: 2 };

const muscaria = { taxon: 'Amanita muscaria', rank: 'species' as const, commonName: null, score: 0.9 };
const amanita = { taxon: 'Amanita', rank: 'genus' as const, commonName: null, score: 0.9 };
type Answer = Pick<Identification, 'decision' | 'match' | 'candidates'>;
const identified = (match: Identification['match']): Answer => ({ decision: 'identified', match, candidates: [] });

describe('what speaks for the top answer', () => {
  it('is the label of a species that is named; all others speak against it, by their calibrated scores', () => {
    const weights = labelWeights(identified(muscaria), [1, 6, 2, 0, 4], bundle);
    expect(weights[0]).toBe(1);
    expect(weights[1]! / weights[4]!).toBeCloseTo(Math.exp((6 - 4) / bundle.temperature), 6);
    expect(Math.max(...weights.subarray(1))).toBeLessThan(0);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0, 9);
  });

  it('is every label under a genus that is named, by their calibrated scores', () => {
    const weights = labelWeights(identified(amanita), [2, 4, 0, 9, 9], bundle);
    expect(weights[1]! / weights[0]!).toBeCloseTo(Math.exp((4 - 2) / bundle.temperature), 6);
    expect(weights[1]! / weights[2]!).toBeCloseTo(Math.exp((4 - 0) / bundle.temperature), 6);
    expect(weights[0]! + weights[1]! + weights[2]!).toBeCloseTo(1, 9);
    expect([weights[3], weights[4]]).toEqual([-0.5, -0.5]);
  });

  it('is how the logarithm of the answer’s odds changes with each logit', () => {
    const logits = [1, 2.5, 0.5, 2, -1];
    const logOdds = (values: readonly number[]) => {
      const scores = values.map((logit) => Math.exp(logit / bundle.temperature));
      return Math.log((scores[0]! + scores[1]! + scores[2]!) / (scores[3]! + scores[4]!));
    };
    labelWeights(identified(amanita), logits, bundle).forEach((weight, classIndex) => {
      const step = logits.map((logit, other) => (other === classIndex ? logit + 1e-5 : logit));
      const slope = ((logOdds(step) - logOdds(logits)) / 1e-5) * bundle.temperature;
      expect(weight).toBeCloseTo(slope, 4);
    });
  });

  it.each([-4000, 4000])('can be told however unlikely the answer or all others are (%i)', (logit) => {
    const weights = labelWeights(identified(amanita), [logit, logit, logit - 4000, 0, 0], bundle);
    [0.5, 0.5, 0, -0.5, -0.5].forEach((weight, classIndex) => expect(weights[classIndex]).toBeCloseTo(weight, 9));
  });

  it('is the first candidate’s label, where nothing is named', () => {
    const answer: Answer = { decision: 'uncertain', candidates: [{ ...muscaria, toxicity: 'poisonous' }] };
    expect(labelWeights(answer, [0, 0, 0, 9, 0], bundle).map(Math.sign)).toEqual(Float64Array.of(1, -1, -1, -1, -1));
  });

  it('is “not a mushroom”, where that is the answer', () => {
    const answer: Answer = { decision: 'not_a_mushroom', candidates: [{ ...muscaria, toxicity: 'poisonous' }] };
    expect([...labelWeights(answer, [0, 0, 0, 0, 0], bundle)]).toEqual([-0.25, -0.25, -0.25, -0.25, 1]);
  });
});

/** Two labels in two rows of three places; the second label has all from the last place. */
const maps = {
  height: 2,
  width: 3,
  values: Float32Array.from([1, 0, 5, 0, 3, 0, -3, 0, 1, 0, 1, 8]),
};

describe('an activation map', () => {
  it('goes from 0, where least of the score comes from, to 1, where most of it does', () => {
    const { height, width, values } = activationMap(maps, Float64Array.of(1, 0));
    expect([height, width]).toEqual([2, 3]);
    expect([...values]).toEqual([0.5, 1, 0.75, 0, 0.5, 0.5]);
  });

  it('names the middle of the hottest place, in shares of width and height', () => {
    expect(activationMap(maps, Float64Array.of(1, 0)).peak).toEqual({ x: 0.5, y: 0.25 });
    expect(activationMap(maps, Float64Array.of(0, 1)).peak).toEqual({ x: 2.5 / 3, y: 0.75 });
  });

  it('of several labels is the weighted sum of each', () => {
    const { values } = activationMap(maps, Float64Array.of(0.5, 0.5));
    // (1, 5, 3, -3, 1, 1) and (0, 0, 0, 0, 0, 8), half of each: from -1.5 to 4.5.
    [2, 4, 3, 0, 2, 6].forEach((sixths, place) => expect(values[place]).toBeCloseTo(sixths / 6, 6));
  });

  it('has no peak where every place counted the same', () => {
    const flat = { height: 1, width: 2, values: Float32Array.of(3, 3) };
    expect(activationMap(flat, Float64Array.of(1))).toEqual({
      height: 1,
      width: 2,
      values: Float32Array.of(0, 0),
      peak: null,
    });
  });
});
