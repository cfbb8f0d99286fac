import type { Photo } from './photo.ts';

/** What is looked at along one axis, in pixels. */
export interface Span {
  start: number;
  length: number;
}

/** How much a source pixel counts by its distance from the middle of a target pixel; distances are in target pixels. */
export interface Filter {
  /** Nothing counts from here on. */
  radius: number;
  weightAt(distance: number): number;
}

/** Linear: what `tf.image.resize` and Pillow call bilinear. */
export const TRIANGLE: Filter = { radius: 1, weightAt: (distance) => Math.max(0, 1 - distance) };

/** A sinc under a wider sinc (Duchon 1979): sharper, and what sharp shrinks photos with. */
export const LANCZOS3: Filter = {
  radius: 3,
  weightAt: (distance) => (distance < 3 ? sinc(distance) * sinc(distance / 3) : 0),
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Of each target pixel along one axis, the first source pixel that counts, and the weights from there on; they sum to 1. */
export interface AxisWeights {
  first: Int32Array;
  weights: Float32Array[];
}

/**
 * Weights of the source pixels that make each target pixel along one axis. When shrinking, the filter is widened by the
 * scale, so that fine detail is averaged instead of aliased (the way Pillow and `tf.image.resize(antialias=True)` do it).
 *
 * @param scale source pixels a target pixel; as many as fill the target where not given.
 * @param margin source pixels before the first target pixel; fewer than 0 where that reaches beyond the source.
 */
export function axisWeights(
  source: Span,
  target: number,
  filter: Filter,
  scale = source.length / target,
  margin = 0,
): AxisWeights {
  const widening = Math.max(scale, 1);
  const reach = filter.radius * widening;
  const first = new Int32Array(target);
  const weights: Float32Array[] = [];
  for (let i = 0; i < target; i++) {
    const centre = margin + (i + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - reach));
    const to = Math.min(source.length, Math.ceil(centre + reach));
    const row = new Float32Array(to - from);
    let sum = 0;
    for (let j = from; j < to; j++) {
      const weight = filter.weightAt(Math.abs(j + 0.5 - centre) / widening);
      row[j - from] = weight;
      sum += weight;
    }
    for (let j = 0; j < row.length; j++) row[j]! /= sum;
    first[i] = source.start + from;
    weights.push(row);
  }
  return { first, weights };
}

/**
 * A photo at another size, row by row from the top. Plain arithmetic: the same values on every platform.
 *
 * @param rows of the whole height that is looked at, `window`.
 * @yields RGB in 0…255, not rounded; the array is used again for the next row.
 */
export function* resampledRows(
  photo: Photo,
  window: Span,
  columns: AxisWeights,
  rows: AxisWeights,
): Generator<Float32Array> {
  const squeezed = squeezedRows(photo, window, columns);
  const length = columns.weights.length * 3;
  const sum = new Float32Array(length);
  for (let y = 0; y < rows.weights.length; y++) {
    const weights = rows.weights[y]!;
    const firstRow = rows.first[y]! - window.start;
    sum.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k]!;
      const source = (firstRow + k) * length;
      for (let i = 0; i < length; i++) sum[i]! += weight * squeezed[source + i]!;
    }
    yield sum;
  }
}

/** The rows of the window, each as wide as it shall be. */
function squeezedRows({ width, rgb }: Photo, window: Span, columns: AxisWeights): Float32Array {
  const { taps, first, weights } = withEvenTaps(columns, width);
  const squeezed = new Float32Array(window.length * first.length * 3);
  let target = 0;
  for (let y = 0; y < window.length; y++) {
    const line = (window.start + y) * width;
    for (let x = 0; x < first.length; x++) {
      let source = (line + first[x]!) * 3;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = x * taps; k < (x + 1) * taps; k++) {
        const weight = weights[k]!;
        r += weight * rgb[source]!;
        g += weight * rgb[source + 1]!;
        b += weight * rgb[source + 2]!;
        source += 3;
      }
      squeezed[target] = r;
      squeezed[target + 1] = g;
      squeezed[target + 2] = b;
      target += 3;
    }
  }
  return squeezed;
}

/**
 * The same weights in one array, as many for each target pixel, with zeros where there were fewer: what runs for every
 * row of every photo then has no array to look up, and takes a quarter less time.
 */
function withEvenTaps(
  { first, weights }: AxisWeights,
  length: number,
): { taps: number; first: Int32Array; weights: Float32Array } {
  const taps = Math.max(...weights.map((row) => row.length));
  // Zeros come before the weights where they would reach beyond the source behind them.
  const from = first.map((start) => Math.min(start, length - taps));
  const even = new Float32Array(weights.length * taps);
  weights.forEach((row, target) => even.set(row, target * taps + first[target]! - from[target]!));
  return { taps, first: from, weights: even };
}
