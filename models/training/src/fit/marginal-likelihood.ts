import * as tf from '@tensorflow/tfjs-core';

/** Large enough to silence a leaf in a softmax, small enough for float32. */
const SILENCE = 1e9;

/**
 * Negative log-likelihood of labels of mixed rank. A photo labelled with a genus is evidence for the sum of the
 * genus's leaves: −log Σ_{leaf ∈ label} softmax(logits)_leaf. With one leaf this is plain cross-entropy.
 * (Marginalising over the leaves under a label: e.g. the taxonomic softmax of Van Horn et al. 2018,
 * arXiv:1707.06642, and iNaturalist's geomodel.)
 *
 * @param logits `[n, leaves]`
 * @param membership `[n, leaves]`, 1 where the leaf is under the photo's label; at least one in each row.
 * @returns `[n]` losses in nats.
 */
export function marginalLoss(logits: tf.Tensor2D, membership: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const outside = tf.mul(tf.sub(membership, 1), SILENCE);
    return tf.sub(tf.logSumExp(logits, 1), tf.logSumExp(tf.add(logits, outside), 1)) as tf.Tensor1D;
  });
}

/** The membership rows of labels, as plain numbers: `labels.length × leaves`. */
export function membershipOf(leafSets: readonly (readonly number[])[], leaves: number): Float32Array {
  const rows = new Float32Array(leafSets.length * leaves);
  leafSets.forEach((set, row) => {
    for (const leaf of set) rows[row * leaves + leaf] = 1;
  });
  return rows;
}
