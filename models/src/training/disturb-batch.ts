import * as tf from '@tensorflow/tfjs-core';
import { shrinkBatch } from './shrink-batch.ts';

/** What another camera or another website would have done to a photo of the same mushroom. */
export interface DisturbSpec {
  /** Red, green and blue are each multiplied by 1 ± this. */
  whiteBalance: number;
  /** Chance that a batch is made smaller, to 0.4 of its side at least, and magnified again. */
  blur: number;
}

const SMALLEST = 0.4;

/**
 * Images as another camera would have taken them. A network that sees these, and is taught what its teacher says of the
 * images as they are, learns to look past cameras (the noisy student: Xie et al. 2020, arXiv:1911.04252).
 *
 * @param images `[n, side, side, 3]`, 0…255. @returns the same shape and range; the caller disposes it.
 */
export function disturbBatch(images: tf.Tensor4D, spec: DisturbSpec, random: () => number): tf.Tensor4D {
  const [n, side] = images.shape;
  const gains = Array.from({ length: n * 3 }, () => 1 + (random() * 2 - 1) * spec.whiteBalance);
  const isBlurred = random() < spec.blur;
  const smallerSide = Math.round(side * (SMALLEST + (1 - SMALLEST) * random()));
  return tf.tidy(() => {
    const tinted = tf.clipByValue(tf.mul(images, tf.tensor4d(gains, [n, 1, 1, 3])), 0, 255) as tf.Tensor4D;
    return isBlurred ? tf.image.resizeBilinear(shrinkBatch(tinted, smallerSide), [side, side]) : tinted;
  });
}
