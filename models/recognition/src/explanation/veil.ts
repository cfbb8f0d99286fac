import type { InputSpec } from '../bundle/bundle.schema.ts';
import type { Photo } from '../preprocess/photo.ts';
import { sourceWindow } from '../preprocess/photo-to-input.ts';
import { valuesOn, type ActivationMap, type Place } from './activation-map.ts';

/** A dark picture to lay over a photo, stretched to its size: clear where the model looked, dim where it did not. */
export interface Veil {
  width: number;
  height: number;
  /** 8-bit RGBA, row by row. */
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Pixels of the longer side: the map has a few dozen places, and what lays it over the photo smooths it. */
const LONGER_SIDE = 64;
/** Of the ink where it is darkest: the photo stays to be seen below it. */
const DARKEST = 0.82;
/** Near black. It has no hue, so that it reads on any mushroom and to whoever can't tell hues apart. */
const INK = [15, 16, 32] as const;

/**
 * The veil of a photo.
 * @param spec the model's input; what of the photo is not part of it counted nothing, and is darkest.
 */
export function veilOf(map: ActivationMap, photo: Pick<Photo, 'width' | 'height'>, spec: InputSpec): Veil {
  const window = sourceWindow(photo, spec);
  const scale = LONGER_SIDE / Math.max(photo.width, photo.height);
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  /** Middles of the veil's pixels along one axis, as shares of what the model saw. */
  const seen = (pixels: number, length: number, part: { start: number; length: number }) =>
    Array.from({ length: pixels }, (_, at) => (((at + 0.5) / pixels) * length - part.start) / part.length);
  const xs = seen(width, photo.width, window.x);
  const ys = seen(height, photo.height, window.y);
  const isSeen = (share: number) => share >= 0 && share <= 1;
  const counted = valuesOn(map, xs, ys);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < counted.length; at++) {
    const value = isSeen(xs[at % width]!) && isSeen(ys[Math.floor(at / width)]!) ? counted[at]! : 0;
    rgba[at * 4] = INK[0];
    rgba[at * 4 + 1] = INK[1];
    rgba[at * 4 + 2] = INK[2];
    rgba[at * 4 + 3] = 255 * DARKEST * (1 - value);
  }
  return { width, height, rgba };
}

/** A place of the model's input → the same place of the photo. */
export function onPhoto({ x, y }: Place, photo: Pick<Photo, 'width' | 'height'>, spec: InputSpec): Place {
  const window = sourceWindow(photo, spec);
  return {
    x: (window.x.start + x * window.x.length) / photo.width,
    y: (window.y.start + y * window.y.length) / photo.height,
  };
}
