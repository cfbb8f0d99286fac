import * as tf from '@tensorflow/tfjs-core';

/** Large enough to silence a class in a softmax, small enough for float32. */
const SILENCE = 1e9;

/**
 * Negative log-likelihood of labels of mixed rank. A photo labelled with a genus is evidence for the sum of the
 * genus's classes: −log Σ_{class ∈ label} softmax(logits)_leaf. With one class this is plain cross-entropy.
 * (Marginalising over the classes under a label: e.g. the taxonomic softmax of Van Horn et al. 2018,
 * arXiv:1707.06642, and iNaturalist's geomodel.)
 *
 * @param logits `[n, classes]`
 * @param membership `[n, classes]`, 1 where the class is under the photo's label; at least one in each row.
 * @returns `[n]` losses in nats.
 */
export function marginalLoss(logits: tf.Tensor2D, membership: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const outside = tf.mul(tf.sub(membership, 1), SILENCE);
    return tf.sub(tf.logSumExp(logits, 1), tf.logSumExp(tf.add(logits, outside), 1)) as tf.Tensor1D;
  });
}

/** The membership rows of labels, as plain numbers: `labels.length × classes`. */
export function membershipOf(classSets: readonly (readonly number[])[], classes: number): Float32Array {
  const rows = new Float32Array(classSets.length * classes);
  classSets.forEach((set, row) => {
    for (const classIndex of set) rows[row * classes + classIndex] = 1;
  });
  return rows;
}
