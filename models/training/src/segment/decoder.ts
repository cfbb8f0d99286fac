import * as tf from '@tensorflow/tfjs-core';
import { valuesOf } from '../network/head.ts';
import type { Weights } from '../network/network.ts';
import { relu6 } from '../network/relu6.ts';
import { LEVELS } from './feature-levels.ts';

/** Channels of every feature map inside of the decoder. */
const WIDTH = 24;

/**
 * The decoder's constants by name: a `lateral` convolution (1 × 1) for each level, a `merge` convolution (3 × 3) for
 * each level but the coarsest, and the `mask` convolution (1 × 1) at the end; of each its kernel and bias.
 */
export type DecoderWeights = Record<string, Weights>;
export type DecoderVariables = Record<string, tf.Variable>;

/** Kernel shapes by name. */
function kernelShapes(): Record<string, [number, number, number, number]> {
  const shapes: Record<string, [number, number, number, number]> = {};
  LEVELS.forEach(({ channels }, level) => {
    shapes[`lateral${level}`] = [1, 1, channels, WIDTH];
    if (level < LEVELS.length - 1) shapes[`merge${level}`] = [3, 3, WIDTH, WIDTH];
  });
  shapes.mask = [1, 1, WIDTH, 1];
  return shapes;
}

/** Random kernels that keep the variance through a ReLU (He et al. 2015, arXiv:1502.01852), biases of 0. */
export function newDecoder(seed: number): DecoderVariables {
  const variables: DecoderVariables = {};
  // A variable copies what it begins with; tidy lets go of that.
  tf.tidy(() => {
    for (const [index, [name, shape]] of Object.entries(kernelShapes()).entries()) {
      const [height, width, channels, filters] = shape;
      const deviation = Math.sqrt(2 / (height * width * channels));
      variables[`${name}/kernel`] = tf.variable(tf.truncatedNormal(shape, 0, deviation, 'float32', seed * 100 + index));
      variables[`${name}/bias`] = tf.variable(tf.zeros([filters]));
    }
  });
  return variables;
}

function conv(x: tf.Tensor4D, variables: DecoderVariables, name: string): tf.Tensor4D {
  const kernel = variables[`${name}/kernel`] as tf.Variable<tf.Rank.R4>;
  return tf.add(tf.conv2d(x, kernel as tf.Tensor4D, 1, 'same'), variables[`${name}/bias`]!);
}

/**
 * From the coarsest level to the finest: double the map, add what the next level sees, look at the neighbourhood
 * (feature pyramid: Lin et al. 2017, arXiv:1612.03144).
 *
 * @param maps `[n, side, side, channels]` a level, finest first.
 * @returns logits of "this belongs to the specimen", `[n, side, side, 1]`, on the finest level's grid.
 */
export function decode(maps: readonly tf.Tensor4D[], variables: DecoderVariables): tf.Tensor4D {
  let x = conv(maps.at(-1)!, variables, `lateral${LEVELS.length - 1}`);
  for (let level = LEVELS.length - 2; level >= 0; level--) {
    const [, height, width] = maps[level]!.shape;
    const doubled = tf.image.resizeNearestNeighbor(x, [height, width]);
    const sum = tf.add(doubled, conv(maps[level]!, variables, `lateral${level}`)) as tf.Tensor4D;
    x = relu6(conv(sum, variables, `merge${level}`)) as tf.Tensor4D;
  }
  return conv(x, variables, 'mask');
}

export function weightsOf(variables: DecoderVariables): DecoderWeights {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, { shape: variable.shape, values: valuesOf(variable) }]),
  );
}
