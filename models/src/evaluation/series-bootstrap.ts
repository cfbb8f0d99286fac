import seedrandom from 'seedrandom';
import { groupBy } from '../dataset/group-by.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';

/** The photos of one label from one source: many of them were taken by one person, some on one day. */
export function seriesOf({ label, source }: Pick<EvaluatedPhoto, 'label' | 'source'>): string {
  return `${label}, ${source}`;
}

/** By how much one way of answering is ahead of another on the same items, with a 95 % interval. */
export interface Difference {
  mean: number;
  interval: [number, number];
}

const RESAMPLES = 1000;

/**
 * The mean of paired differences, with the percentile interval of a bootstrap over whole series (Efron & Tibshirani
 * 1993, ch. 8): items that share photos are not independent, and counting them as if they were would make noise look
 * like gain. An interval that holds 0 is no difference.
 *
 * @param items `gain`: what the one has over the other on this item.
 * @returns null without items.
 */
export function differenceOf(items: readonly { series: string; gain: number }[], seed = 1): Difference | null {
  if (items.length === 0) return null;
  const series = [...groupBy(items, (item) => item.series).values()].map((members) => ({
    gain: members.reduce((sum, { gain }) => sum + gain, 0),
    count: members.length,
  }));
  const random = seedrandom(`${seed}/bootstrap`);
  const means = Array.from({ length: RESAMPLES }, () => {
    let [gain, count] = [0, 0];
    for (let i = 0; i < series.length; i++) {
      const drawn = series[Math.floor(random() * series.length)]!;
      gain += drawn.gain;
      count += drawn.count;
    }
    return gain / count;
  }).sort((a, b) => a - b);
  return {
    mean: items.reduce((sum, { gain }) => sum + gain, 0) / items.length,
    interval: [means[Math.floor(RESAMPLES * 0.025)]!, means[Math.ceil(RESAMPLES * 0.975) - 1]!],
  };
}
