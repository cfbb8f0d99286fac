import * as tf from '@tensorflow/tfjs-core';
import { axisWeights, TRIANGLE } from '@mushroom/recognition/preprocess/resample';

/**
 * Square images → smaller ones by the filter of `photoToInput`. `tf.image.resizeBilinear` looks at four pixels only,
 * whatever the scale: what learnt from its output would be served something smoother.
 *
 * @param images `[n, side, side, channels]`. @returns `[n, size, size, channels]`; the caller disposes it.
 */
export function shrinkBatch(images: tf.Tensor4D, size: number): tf.Tensor4D {
  const [n, side, , channels] = images.shape;
  if (side === size) return tf.clone(images);
  return tf.tidy(() => {
    const filter = tf.tensor2d(filterMatrix(side, size), [size, side]);
    const lines = tf.reshape(images, [n, side, side * channels]);
    const squeezed = tf.matMul(tf.tile(tf.expandDims(filter, 0), [n, 1, 1]), lines);
    const byChannel = tf.transpose(tf.reshape(squeezed, [n * size, side, channels]), [0, 2, 1]);
    const shrunk = tf.matMul(tf.reshape(byChannel, [n * size * channels, side]), filter, false, true);
    return tf.transpose(tf.reshape(shrunk, [n, size, channels, size]), [0, 1, 3, 2]) as tf.Tensor4D;
  });
}

/** Row by row, what of each source pixel a target pixel takes. */
function filterMatrix(side: number, size: number): Float32Array {
  const { first, weights } = axisWeights({ start: 0, length: side }, size, TRIANGLE);
  const matrix = new Float32Array(size * side);
  weights.forEach((row, target) => matrix.set(row, target * side + first[target]!));
  return matrix;
}
