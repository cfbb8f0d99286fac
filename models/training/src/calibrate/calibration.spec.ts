import { describe, expect, it } from 'vitest';
import { fitRiskTemperature, fitTemperature, meanNegativeLogLikelihood, temperatureBetween } from './calibration.ts';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { labels, table } from '../evaluate/testing/synthetic-photos.ts';

function photo(logits: number[], classes: number[]): EvaluatedPhoto {
  return {
    path: 'a.jpg',
    label: 'any',
    source: 'any',
    split: 'val',
    classes,
    knownSpecies: true,
    logits: Float32Array.from(logits),
  };
}

const times = <T>(count: number, item: T) => Array.from({ length: count }, () => item);

describe('the temperature between two sorts of photos', () => {
  const two = labels.slice(0, 2);
  const right = photo([4, 0], [0]);
  const wrong = photo([4, 0], [1]);

  it('is as far too modest on its own sources as half of what it is too sure elsewhere', () => {
    // Right 19 times of 20 at home, 13 of 20 elsewhere: at a score of s, 2 (s − 0.95) + s − 0.65 is nothing at s = 0.85.
    const own = [...times(19, right), wrong];
    const elsewhere = [...times(13, right), ...times(7, wrong)];
    const score = 1 / (1 + Math.exp(-4 / temperatureBetween(two, own, elsewhere)));
    expect(score).toBeCloseTo(0.85, 3);
  });

  it('is the likeliest where there are no photos elsewhere, or none of a known species', () => {
    const own = [...times(3, right), wrong];
    expect(temperatureBetween(two, own, [])).toBe(fitTemperature(own));
    const strangers = times(5, { ...wrong, classes: [], knownSpecies: false });
    expect(temperatureBetween(two, own, strangers)).toBe(fitTemperature(own));
  });

  it('stays finite for a model that is never wrong', () => {
    expect(temperatureBetween(two, times(5, right), times(5, right))).toBeGreaterThan(0);
  });
});

describe('the temperature', () => {
  it('brings an overconfident model to the accuracy it has', () => {
    // Two classes, logits 4 apart, right three times of four: likeliest where 1 / (1 + e^(−4/T)) = 3/4, T = 4 / ln 3.
    const photos = [...times(3, photo([4, 0], [0])), photo([4, 0], [1])];
    expect(fitTemperature(photos)).toBeCloseTo(4 / Math.log(3), 3);
  });

  it('sharpens a model that is too modest', () => {
    const photos = [...times(9, photo([0.5, 0], [0])), photo([0.5, 0], [1])];
    expect(fitTemperature(photos)).toBeCloseTo(0.5 / Math.log(9), 3);
  });

  it('takes a genus label as evidence for the sum of its classes', () => {
    // p(genus) = 2x / (2x + 1) with x = e^(3/T); right four times of five: x = 2, T = 3 / ln 2.
    const photos = [...times(4, photo([3, 3, 0], [0, 1])), photo([3, 3, 0], [2])];
    expect(fitTemperature(photos)).toBeCloseTo(3 / Math.log(2), 3);
  });

  it('pays no heed to photos whose label has no class', () => {
    const photos = [...times(3, photo([4, 0], [0])), photo([4, 0], [1])];
    expect(fitTemperature([...photos, ...times(50, photo([9, 0], []))])).toBe(fitTemperature(photos));
  });

  it('leaves the scores as they are where there is nothing to fit on', () => {
    expect(fitTemperature([])).toBe(1);
    expect(fitTemperature([photo([4, 0], [])])).toBe(1);
  });

  it('weighs sets of photos the same, however large they are', () => {
    const right = photo([4, 0], [0]);
    const wrong = photo([4, 0], [1]);
    // Right three times of four in one set, always in the other: seven times of eight.
    const modest = [...times(3, right), wrong];
    expect(fitTemperature(modest, times(400, right))).toBeCloseTo(4 / Math.log(7), 3);
    expect(fitTemperature(modest, [])).toBe(fitTemperature(modest));
  });

  it('stays finite where every photo is right', () => {
    const temperature = fitTemperature(times(5, photo([4, 0], [0])));
    expect(temperature).toBeGreaterThan(0);
    expect(temperature).toBeLessThan(0.06);
  });
});

describe('the marginal negative log-likelihood', () => {
  it('is −ln of the summed probability of the label', () => {
    // softmax(ln 1, ln 2, ln 5) = 1/8, 2/8, 5/8; the label's classes hold 7/8.
    const photos = [photo([Math.log(1), Math.log(2), Math.log(5)], [1, 2])];
    expect(meanNegativeLogLikelihood(photos, 1)).toBeCloseTo(Math.log(8 / 7), 6);
  });
});

describe('the temperature of danger', () => {
  const [EDULIS, LETALIS] = ['Bonus edulis', 'Malus letalis'].map((taxon) =>
    labels.findIndex((classIndex) => classIndex.kind === 'species' && classIndex.taxon === taxon),
  );
  /** A photo of a species on which only these two classes have a say, four apart. */
  const of = (label: string, best: number): EvaluatedPhoto => ({
    ...photo(
      labels.map((_, classIndex) =>
        classIndex === best ? 4 : classIndex === EDULIS || classIndex === LETALIS ? 0 : -1e4,
      ),
      [0],
    ),
    label,
  });
  const right = of('Malus letalis', LETALIS!);
  const wrong = of('Bonus edulis', LETALIS!);

  it('makes the mass on dangerous taxa as large as the share of dangerous photos', () => {
    expect(fitRiskTemperature(labels, table, [right, right, right, wrong])).toBeCloseTo(4 / Math.log(3), 3);
  });

  it('takes every wrong name for right that is as dangerous', () => {
    const sister = of('Malus gravis', LETALIS!);
    expect(fitRiskTemperature(labels, table, [right, sister, sister, wrong])).toBeCloseTo(4 / Math.log(3), 3);
  });

  it('pays no heed to genera, to what is no mushroom, and to species of unknown toxicity', () => {
    const silent = ['Bonus', 'not-a-mushroom', 'Ignotus ignotus'].map((label) => of(label, EDULIS!));
    expect(fitRiskTemperature(labels, table, [right, right, right, wrong, ...silent])).toBeCloseTo(4 / Math.log(3), 3);
    expect(fitRiskTemperature(labels, table, silent)).toBeUndefined();
  });

  it('weighs sets of photos the same, however large they are', () => {
    const sets = [[right, right, right, wrong], times(400, right)];
    expect(fitRiskTemperature(labels, table, ...sets)).toBeCloseTo(4 / Math.log(7), 3);
  });
});
