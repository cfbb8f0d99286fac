import { describe, expect, it } from 'vitest';
import type { Label } from '../bundle/bundle.schema.ts';
import { fusePhotos, genusMasses, logProbabilities, mushroomMass } from './distribution.ts';

const LABELS: Label[] = [
  { kind: 'species', taxon: 'Aus bus', genus: 'Aus', family: 'Aaceae' },
  { kind: 'other_in_genus', genus: 'Aus', family: 'Aaceae' },
  { kind: 'species', taxon: 'Cus dus', genus: 'Cus', family: 'Caceae' },
  { kind: 'not_a_mushroom' },
];

const logs = (probabilities: number[]) => Float64Array.from(probabilities, Math.log);
const sumOf = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

function expectClose(actual: Iterable<number>, expected: number[]) {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 9));
}

describe('calibrated log-probabilities', () => {
  it('are the softmax of the logits at temperature 1', () => {
    expectClose(logProbabilities([Math.log(1), Math.log(2), Math.log(5)], 1).map(Math.exp), [1 / 8, 2 / 8, 5 / 8]);
  });

  it('are flatter at a higher temperature, in the same order', () => {
    const sharp = logProbabilities([3, 2, 0], 1).map(Math.exp);
    const flat = logProbabilities([3, 2, 0], 2).map(Math.exp);
    expectClose(flat, [...logProbabilities([1.5, 1, 0], 1).map(Math.exp)]);
    expect(flat[0]!).toBeLessThan(sharp[0]!);
    expect(flat[0]!).toBeGreaterThan(flat[1]!);
  });

  it('do not overflow, whatever the size of the logits', () => {
    expectClose(logProbabilities([1e6, 1e6, -1e6], 1).map(Math.exp), [0.5, 0.5, 0]);
    expectClose(logProbabilities([-1e6, -1e6, -1e6], 1).map(Math.exp), [1 / 3, 1 / 3, 1 / 3]);
  });
});

describe('the photos of one specimen', () => {
  const photo = logs([0.7, 0.2, 0.1]);
  const other = logs([0.1, 0.6, 0.3]);
  const third = logs([0.3, 0.3, 0.4]);

  it('say what the photo says when there is one', () => {
    expectClose(fusePhotos([photo]), [0.7, 0.2, 0.1]);
  });

  it('say the same when the same photo comes twice', () => {
    expectClose(fusePhotos([photo, photo]), [0.7, 0.2, 0.1]);
  });

  it('are pooled by the geometric mean', () => {
    const mean = [0.7 * 0.1, 0.2 * 0.6, 0.1 * 0.3].map(Math.sqrt);
    expectClose(
      fusePhotos([photo, other]),
      mean.map((value) => value / sumOf(mean)),
    );
  });

  it('count the same in any order, and stay a distribution', () => {
    const fused = fusePhotos([photo, other, third]);
    expectClose(fusePhotos([third, photo, other]), [...fused]);
    expect(sumOf(fused)).toBeCloseTo(1, 12);
  });

  it('are needed: none is an error', () => {
    expect(() => fusePhotos([])).toThrow(RangeError);
  });
});

describe('masses of a distribution', () => {
  const distribution = Float64Array.of(0.4, 0.3, 0.2, 0.1);

  it('give a genus the sum of its classes, the negatives none', () => {
    expectClose(genusMasses(distribution, LABELS).values(), [0.7, 0.2]);
    expect([...genusMasses(distribution, LABELS).keys()]).toEqual(['Aus', 'Cus']);
  });

  it('give the mushrooms what the negatives leave', () => {
    expect(mushroomMass(distribution, LABELS)).toBeCloseTo(0.9, 12);
    expect(mushroomMass(Float64Array.of(0.5, 0.5), LABELS.slice(0, 2))).toBe(1);
  });
});
