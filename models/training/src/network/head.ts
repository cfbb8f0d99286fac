import * as tf from '@tensorflow/tfjs-core';

/** A linear classifier on features: logits = features · kernel + bias. */
export interface Head {
  /** `features × classes`, row by row. */
  kernel: Float32Array;
  bias: Float32Array;
}

/** A head while it is trained. */
export interface HeadVariables {
  kernel: tf.Variable<tf.Rank.R2>;
  bias: tf.Variable<tf.Rank.R1>;
}

export function logitsOf(features: tf.Tensor2D, { kernel, bias }: HeadVariables): tf.Tensor2D {
  return tf.add(tf.matMul(features, kernel as tf.Tensor2D), bias);
}

/** The values of a head's tensors. */
export function headOf({ kernel, bias }: { kernel: tf.Tensor; bias: tf.Tensor }): Head {
  return { kernel: valuesOf(kernel), bias: valuesOf(bias) };
}

/** A copy of a tensor's values: on some backends `dataSync` gives a view that changes with a variable. */
export function valuesOf(tensor: tf.Tensor): Float32Array {
  return tensor.dataSync().slice() as Float32Array;
}
