import type { InputSpec } from '../bundle/bundle.schema.ts';

/** The longer side that a photo is shrunk to while it is decoded, where no model says how much of it is needed. */
export const LARGEST_DECODED_SIDE = 512;

/** Source pixels along the longer side for each of the input's; a photo of 3 : 2 has as many as the input along the other. */
const LEAST_SCALE = 1.5;

/**
 * The longer side that a photo is shrunk to while it is decoded, before `photoToInput` does the rest: 512, or 256 where
 * that is one and a half times a model's input. A JPEG is cheap to shrink by halves, and pixels that the model never
 * sees cost time twice.
 */
export function decodedSideOf({ size }: Pick<InputSpec, 'size'>): number {
  return LEAST_SCALE * size <= LARGEST_DECODED_SIDE / 2 ? LARGEST_DECODED_SIDE / 2 : LARGEST_DECODED_SIDE;
}
