import type { InputSpec } from '../bundle/bundle.schema.ts';

/** The longer side that a photo is shrunk to while it is decoded, where no model says how much of it is needed. */
export const LARGEST_DECODED_SIDE = 512;

/**
 * The longer side that a photo is shrunk to while it is decoded, before `photoToInput` does the rest: 512, or 256 for a
 * model whose input has half of that or less. A JPEG is cheap to shrink by halves, and twice the input leaves
 * `photoToInput` pixels enough to average.
 */
export function decodedSideOf({ size }: Pick<InputSpec, 'size'>): number {
  return 2 * size <= LARGEST_DECODED_SIDE / 2 ? LARGEST_DECODED_SIDE / 2 : LARGEST_DECODED_SIDE;
}
