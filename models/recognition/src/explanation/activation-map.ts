import type { Bundle } from '../bundle/bundle.schema.ts';
import { logProbabilities } from '../decision/distribution.ts';
import type { Identification, Match } from '../decision/identification.ts';
import { isUnder } from '../decision/is-under.ts';
import type { ClassMaps } from './class-maps.ts';

/** A place in a picture, as shares of its width and height: 0, 0 is the upper left corner. */
export interface Place {
  x: number;
  y: number;
}

/** How much each place of the model's input counted for an answer. */
export interface ActivationMap {
  height: number;
  width: number;
  /** Row by row, from 0, what counted least, to 1, what counted most; all 0 where every place counted the same. */
  values: Float32Array;
  /** The middle of the place that counted most; null where every place counted the same. */
  peak: Place | null;
}

/** What an answer says it is. */
type TopAnswer = Pick<Identification, 'decision' | 'candidates'> & { match?: Pick<Match, 'taxon' | 'rank'> };

/**
 * By how much each label speaks for the top answer of one photo: the gradient of the logarithm of its odds. Labels that
 * it covers (one where a species is named or it is "not a mushroom", all under a genus where that is) share 1 by their
 * scores, the others share −1 by theirs: what speaks as much for a rival does not speak for the answer.
 *
 * @param logits of the photo, in the order of the bundle's labels.
 * @returns one weight a label, in the same order; they sum to 0.
 */
export function labelWeights(
  { decision, match, candidates }: TopAnswer,
  logits: ArrayLike<number>,
  { labels, temperature }: Pick<Bundle, 'labels' | 'temperature'>,
): Float64Array {
  const top = match ?? candidates[0];
  const isCovered = labels.map((label) =>
    decision === 'not_a_mushroom' || !top ? label.kind === 'not_a_mushroom' : isUnder(label, top),
  );
  const scores = logProbabilities(logits, temperature);
  // Shares by the logarithms: on either side all scores may be next to 0.
  const sharesOf = (covered: boolean) =>
    logProbabilities(
      scores.map((score, classIndex) => (isCovered[classIndex] === covered ? score : -Infinity)),
      1,
    ).map(Math.exp);
  const own = sharesOf(true);
  const rivals = sharesOf(false);
  return own.map((share, classIndex) => share - rivals[classIndex]!);
}

/**
 * The class activation map (Zhou et al. 2016, arXiv:1512.04150) of labels together.
 * @param weights one a label: from `labelWeights`.
 */
export function activationMap({ height, width, values }: ClassMaps, weights: Float64Array): ActivationMap {
  const map = new Float32Array(height * width);
  for (let place = 0, at = 0; place < map.length; place++) {
    let sum = 0;
    for (let label = 0; label < weights.length; label++) sum += weights[label]! * values[at++]!;
    map[place] = sum;
  }
  const least = Math.min(...map);
  const most = Math.max(...map);
  if (!(most > least)) return { height, width, values: map.fill(0), peak: null };
  const place = map.indexOf(most);
  const peak = { x: ((place % width) + 0.5) / width, y: (Math.floor(place / width) + 0.5) / height };
  return { height, width, values: map.map((value) => (value - least) / (most - least)), peak };
}

/**
 * The map's values on a grid: between the middles of its places by bilinear interpolation, beyond the outermost as there.
 * @param xs columns of the grid, as shares of the width.
 * @param ys rows of the grid, as shares of the height.
 * @returns `ys × xs` values, row by row.
 */
export function valuesOn(
  { width, height, values }: ActivationMap,
  xs: readonly number[],
  ys: readonly number[],
): Float32Array {
  const columns = xs.map((x) => neighbours(x, width));
  const grid = new Float32Array(xs.length * ys.length);
  ys.forEach((y, row) => {
    const down = neighbours(y, height);
    for (let column = 0; column < xs.length; column++) {
      const across = columns[column]!;
      const upper = between(values, down.first * width, across);
      const lower = between(values, down.second * width, across);
      grid[row * xs.length + column] = upper + (lower - upper) * down.share;
    }
  });
  return grid;
}

/** The two places that a point lies between, and how far it is on its way from the first to the second. */
function neighbours(at: number, places: number) {
  const position = Math.min(places - 1, Math.max(0, at * places - 0.5));
  const first = Math.floor(position);
  return { first, second: Math.min(places - 1, first + 1), share: position - first };
}

function between(values: Float32Array, row: number, { first, second, share }: ReturnType<typeof neighbours>): number {
  return values[row + first]! * (1 - share) + values[row + second]! * share;
}
