import type { Photo } from './photo.ts';
import { axisWeights, LANCZOS3, resampledRows } from './resample.ts';

/**
 * Shrinks a photo as the service shrinks uploads while it decodes them: by the same filter, and both sides by the same
 * scale, though the shorter one may then end within a pixel. Never enlarges one.
 *
 * @param side the most that the longer side may have, in pixels.
 */
export function shrinkPhoto(photo: Photo, side: number): Photo {
  const scale = Math.max(photo.width, photo.height) / side;
  if (scale <= 1) return photo;
  const along = (length: number) => {
    const target = Math.max(1, Math.round(length / scale));
    return axisWeights({ start: 0, length }, target, LANCZOS3, scale, (length - target * scale) / 2);
  };
  const [columns, rows] = [along(photo.width), along(photo.height)];
  const [width, height] = [columns.weights.length, rows.weights.length];
  // Beside an edge the filter goes beyond white and black: clamped.
  const rgb = new Uint8ClampedArray(width * height * 3);
  let target = 0;
  for (const row of resampledRows(photo, { start: 0, length: photo.height }, columns, rows)) {
    rgb.set(row, target);
    target += row.length;
  }
  return { width, height, rgb };
}
