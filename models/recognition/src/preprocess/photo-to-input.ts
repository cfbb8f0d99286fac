import type { InputSpec } from '../bundle/bundle.schema.ts';
import type { Photo } from './photo.ts';
import { axisWeights, resampledRows, TRIANGLE, type Span } from './resample.ts';

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
  const columns = axisWeights(window.x, size, TRIANGLE);
  const rows = axisWeights(window.y, size, TRIANGLE);
  const input = new Uint8Array(size * size * 3);
  let target = 0;
  for (const row of resampledRows(photo, window.y, columns, rows)) {
    // Storing a byte cuts the fraction off: of what is not negative this is Math.round, at a third of its time.
    for (let i = 0; i < row.length; i++) input[target++] = row[i]! + 0.5;
  }
  return input;
}
