import { describe, expect, it } from 'vitest';
import { differenceOf, seriesOf } from './series-bootstrap.ts';

const item = (series: string, gain: number) => ({ series, gain });
const width = (difference: ReturnType<typeof differenceOf>) => difference!.interval[1] - difference!.interval[0];

describe('the difference between two ways of answering', () => {
  it('is the mean gain, within its interval', () => {
    const difference = differenceOf([item('a', 1), item('b', 0), item('c', 0), item('d', 1)])!;
    expect(difference.mean).toBe(0.5);
    expect(difference.interval[0]).toBeLessThan(0.5);
    expect(difference.interval[1]).toBeGreaterThan(0.5);
  });

  it('is certain where every item gains the same', () => {
    expect(differenceOf([item('a', 0.25), item('b', 0.25)])).toEqual({ mean: 0.25, interval: [0.25, 0.25] });
  });

  it('grows no surer by counting the photos of one series again and again', () => {
    const few = [item('a', 1), item('b', -1), item('c', 1), item('d', 0)];
    const often = few.flatMap((one) => Array<typeof one>(50).fill(one));
    expect(width(differenceOf(often))).toBeCloseTo(width(differenceOf(few)), 9);
  });

  it('grows surer with more series', () => {
    const many = Array.from({ length: 200 }, (_, index) => item(`${index}`, index % 2));
    expect(width(differenceOf(many))).toBeLessThan(width(differenceOf(many.slice(0, 10))));
  });

  it('is none without items', () => {
    expect(differenceOf([])).toBeNull();
  });
});

it('photos of one label from one source are a series', () => {
  expect(seriesOf({ label: 'Aus bus', source: 'meadow' })).not.toBe(seriesOf({ label: 'Aus bus', source: 'wood' }));
});
