import { logProbabilities } from '../decision/distribution.ts';

/** Log-probabilities of several photos of one specimen → log-probabilities of the specimen. */
export type Pool = (photos: readonly Float64Array[]) => Float64Array;

function logOfMean(photos: readonly Float64Array[], weights: readonly number[]): Float64Array {
  return photos[0]!.map((_, leaf) => {
    const peak = photos.reduce((highest, logs) => Math.max(highest, logs[leaf]!), -Infinity);
    return peak + Math.log(photos.reduce((sum, logs, i) => sum + weights[i]! * Math.exp(logs[leaf]! - peak), 0));
  });
}

function meanOfLogs(photos: readonly Float64Array[], weights: readonly number[]): Float64Array {
  return photos[0]!.map((_, leaf) => photos.reduce((sum, logs, i) => sum + weights[i]! * logs[leaf]!, 0));
}

const evenly = (photos: readonly Float64Array[]) => photos.map(() => 1 / photos.length);

/** Weights by how little of the greatest possible entropy a photo's distribution has; they sum to 1. */
function byCertainty(photos: readonly Float64Array[]): number[] {
  const certainties = photos.map((logs) => {
    const entropy = -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0);
    // Never 0: of photos that all say nothing, one has as much say as another.
    return Math.max(1e-9, 1 - entropy / Math.log(logs.length));
  });
  const sum = certainties.reduce((a, b) => a + b, 0);
  return certainties.map((certainty) => certainty / sum);
}

/**
 * The opinion pools that are compared. The linear and the logarithmic pool: Genest & Zidek 1986
 * (doi 10.1214/ss/1177013825). The maximum rule and the product: Kittler et al. 1998 (doi 10.1109/34.667881).
 */
export const POOLS: Readonly<Record<string, Pool>> = {
  'arithmetic mean': (photos) => logProbabilities(logOfMean(photos, evenly(photos)), 1),
  'arithmetic mean by certainty': (photos) => logProbabilities(logOfMean(photos, byCertainty(photos)), 1),
  'geometric mean': (photos) => logProbabilities(meanOfLogs(photos, evenly(photos)), 1),
  'geometric mean by certainty': (photos) => logProbabilities(meanOfLogs(photos, byCertainty(photos)), 1),
  maximum: (photos) =>
    logProbabilities(
      photos[0]!.map((_, leaf) => photos.reduce((highest, logs) => Math.max(highest, logs[leaf]!), -Infinity)),
      1,
    ),
};

/**
 * A pool whose k photos count as k^exponent: 0 leaves it as it is (k photos are worth one), 1 multiplies as if each
 * were evidence of its own; the geometric mean with 1 is the product of the photos' distributions.
 */
export function sharpened(pool: Pool, exponent: number): Pool {
  return (photos) => {
    const strength = photos.length ** exponent;
    return logProbabilities(
      pool(photos).map((log) => log * strength),
      1,
    );
  };
}
