import * as tf from '@tensorflow/tfjs-core';
import type { Backbone } from '../network/backbone.ts';
import type { Head } from '../network/head.ts';

/** A copy of a backbone's weights, layer by layer. */
export function weightsOf(backbone: Backbone): tf.Tensor[] {
  return backbone.model.trainableWeights.map((weight) => tf.clone(weight.read()));
}

/**
 * Moves a backbone's weights part of the way back to earlier ones, in place. A fine-tuned network that is taken part
 * of the way back to its pretrained weights keeps what it learnt and carries over better to photos of other sources
 * (WiSE-FT: Wortsman et al. 2022, arXiv:2109.01903).
 *
 * @param share of the earlier weights in the result, 0…1.
 */
export function blendInto(backbone: Backbone, earlier: readonly tf.Tensor[], share: number): void {
  tf.tidy(() =>
    backbone.model.trainableWeights.forEach((weight, index) => {
      const variable = weight.read() as tf.Variable;
      variable.assign(tf.add(tf.mul(earlier[index]!, share), tf.mul(variable, 1 - share)));
    }),
  );
}

/**
 * The same of heads, as a new one.
 * @param share of the earlier head in the result, 0…1.
 */
export function blendedHeads(head: Head, earlier: Head, share: number): Head {
  const blended = (now: Float32Array, then: Float32Array) =>
    now.map((value, index) => then[index]! * share + value * (1 - share));
  return { kernel: blended(head.kernel, earlier.kernel), bias: blended(head.bias, earlier.bias) };
}
