import type { InputSpec } from '../bundle/bundle.schema.ts';

/** 8-bit RGB pixels, row by row, three bytes a pixel. */
export interface Photo {
  width: number;
  height: number;
  rgb: Uint8Array | Uint8ClampedArray;
}

interface Span {
  start: number;
  length: number;
}

/**
 * Weights of the source pixels that make each target pixel along one axis: a triangle filter, widened by the
 * scale when shrinking so that fine detail is averaged instead of aliased (the way Pillow and
 * `tf.image.resize(antialias=True)` do it).
 */
function triangleWeights(source: Span, target: number): { first: Int32Array; weights: Float32Array[] } {
  const scale = source.length / target;
  const support = Math.max(scale, 1);
  const first = new Int32Array(target);
  const weights: Float32Array[] = [];
  for (let i = 0; i < target; i++) {
    const centre = (i + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - support));
    const to = Math.min(source.length, Math.ceil(centre + support));
    const row = new Float32Array(to - from);
    let sum = 0;
    for (let j = from; j < to; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support);
      row[j - from] = weight;
      sum += weight;
    }
    for (let j = 0; j < row.length; j++) row[j]! /= sum;
    first[i] = source.start + from;
    weights.push(row);
  }
  return { first, weights };
}

/** What of a photo the model sees, in pixels. */
export function sourceWindow(photo: Pick<Photo, 'width' | 'height'>, spec: InputSpec): { x: Span; y: Span } {
  if (spec.fit === 'stretch') {
    return { x: { start: 0, length: photo.width }, y: { start: 0, length: photo.height } };
  }
  const side = Math.min(photo.width, photo.height);
  return {
    x: { start: Math.floor((photo.width - side) / 2), length: side },
    y: { start: Math.floor((photo.height - side) / 2), length: side },
  };
}

/**
 * Photo pixels → model input. Training, evaluation, the service and the browser all call this one function, so
 * that no two of them can disagree about what the model sees. Plain arithmetic: the same bytes on every platform.
 *
 * @returns `size × size × 3` bytes of RGB, row by row.
 * @throws RangeError where the pixel count does not fit width × height × 3.
 */
export function photoToInput(photo: Photo, spec: InputSpec): Uint8Array {
  const { width, height, rgb } = photo;
  if (width < 1 || height < 1 || rgb.length !== width * height * 3) {
    throw new RangeError(`${rgb.length} bytes are no ${width} × ${height} RGB photo`);
  }
  const size = spec.size;
  const window = sourceWindow(photo, spec);
  const columns = triangleWeights(window.x, size);
  const rows = triangleWeights(window.y, size);

  const squeezed = new Float32Array(window.y.length * size * 3);
  for (let y = 0; y < window.y.length; y++) {
    const line = (window.y.start + y) * width;
    for (let x = 0; x < size; x++) {
      const weights = columns.weights[x]!;
      let source = (line + columns.first[x]!) * 3;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0; k < weights.length; k++) {
        const weight = weights[k]!;
        r += weight * rgb[source++]!;
        g += weight * rgb[source++]!;
        b += weight * rgb[source++]!;
      }
      const target = (y * size + x) * 3;
      squeezed[target] = r;
      squeezed[target + 1] = g;
      squeezed[target + 2] = b;
    }
  }

  const input = new Uint8Array(size * size * 3);
  const rowBytes = size * 3;
  const sum = new Float32Array(rowBytes);
  for (let y = 0; y < size; y++) {
    const weights = rows.weights[y]!;
    const firstRow = rows.first[y]! - window.y.start;
    sum.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k]!;
      const source = (firstRow + k) * rowBytes;
      for (let i = 0; i < rowBytes; i++) sum[i]! += weight * squeezed[source + i]!;
    }
    const target = y * rowBytes;
    // Storing a byte cuts the fraction off: of what is not negative this is Math.round, at a third of its time.
    for (let i = 0; i < rowBytes; i++) input[target + i] = sum[i]! + 0.5;
  }
  return input;
}
