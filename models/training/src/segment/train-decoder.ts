import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients: tfjs-core has none by itself.
import '@tensorflow/tfjs-layers';
import seedrandom from 'seedrandom';
import { shuffle } from '../data/splits.ts';
import { valuesOf } from '../network/head.ts';
import { cosine, setLearningRate } from '../network/learning-rate.ts';
import { breathe, withProgress } from '../terminal/progress.ts';
import { decode, newDecoder, type DecoderVariables } from './decoder.ts';
import { LEVELS, type FeatureMaps } from './feature-levels.ts';

/** A view of a photo as the frozen backbone sees it, and the mask on the finest level's grid, 0…1. */
export interface MaskedMaps {
  maps: FeatureMaps;
  target: Float32Array;
}

export const DECODER_TRAINING = { epochs: 60, batchSize: 8, learningRate: 3e-3, weightDecay: 0.02 };

/** `[n, side, side, channels]` a level. */
export function batchOf(photos: readonly FeatureMaps[]): tf.Tensor4D[] {
  return LEVELS.map(({ channels }, level) => {
    const length = photos[0]![level]!.length;
    const side = Math.sqrt(length / channels);
    const values = new Float32Array(photos.length * length);
    photos.forEach((maps, place) => values.set(maps[level]!, place * length));
    return tf.tensor4d(values, [photos.length, side, side, channels]);
  });
}

/**
 * Cross-entropy a cell plus 1 − soft IoU a photo: the first has a gradient everywhere, the second is what is judged
 * and weighs a small specimen as much as a large one (Rahman & Wang 2016, doi 10.1007/978-3-319-50835-1_22).
 *
 * @param logits and target `[n, side, side, 1]`.
 */
export function maskLoss(logits: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => {
    // max(x, 0) − x·t + log(1 + e^−|x|), which no logit makes infinite.
    const entropy = tf.mean(
      tf.add(tf.sub(tf.relu(logits), tf.mul(logits, target)), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))),
    );
    const share = tf.sigmoid(logits);
    const both = tf.sum(tf.mul(share, target), [1, 2, 3]);
    const either = tf.sub(tf.add(tf.sum(share, [1, 2, 3]), tf.sum(target, [1, 2, 3])), both);
    // The 1 keeps an empty mask from dividing by nothing, and rewards leaving it empty.
    const overlap = tf.div(tf.add(both, 1), tf.add(either, 1));
    return tf.add(entropy, tf.sub(1, tf.mean(overlap))) as tf.Scalar;
  });
}

/**
 * Trains a decoder on cached feature maps with AdamW and a cosine schedule.
 * @param photos the views of each photo; every epoch draws one of them.
 */
export async function trainDecoder(
  photos: readonly MaskedMaps[][],
  options: typeof DECODER_TRAINING & { seed: number },
  title: string,
): Promise<DecoderVariables> {
  const { epochs, batchSize, learningRate, weightDecay, seed } = options;
  const random = seedrandom(`${seed}/decoder`);
  const variables = newDecoder(seed);
  const list = Object.values(variables);
  const kernels = Object.entries(variables).flatMap(([name, one]) => (name.endsWith('kernel') ? [one] : []));
  const optimizer = tf.train.adam(learningRate);
  const order = photos.map((_, index) => index);
  const steps = epochs * Math.ceil(order.length / batchSize);
  let step = 0;
  await withProgress(title, steps, async (show) => {
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, random);
      let lossSum = 0;
      for (let start = 0; start < order.length; start += batchSize) {
        const views = order.slice(start, start + batchSize).map((photo) => {
          const own = photos[photo]!;
          return own[Math.floor(random() * own.length)]!;
        });
        const rate = learningRate * cosine(step, steps);
        setLearningRate(optimizer, rate);
        lossSum += tf.tidy(() => {
          const maps = batchOf(views.map((view) => view.maps));
          const [, height, width] = maps[0]!.shape;
          const cells = new Float32Array(views.length * height * width);
          views.forEach(({ target }, place) => cells.set(target, place * height * width));
          const target = tf.tensor4d(cells, [views.length, height, width, 1]);
          const loss = optimizer.minimize(() => maskLoss(decode(maps, variables), target), true, list)!;
          for (const kernel of kernels) kernel.assign(tf.mul(kernel, 1 - rate * weightDecay));
          return loss.dataSync()[0]! * views.length;
        });
        show(++step, `· loss ${(lossSum / Math.min(order.length, start + batchSize)).toFixed(3)}`);
        await breathe();
      }
    }
  });
  optimizer.dispose();
  return variables;
}

/** @returns logits of "this belongs to the specimen", `side²` a photo. */
export function decodeMaps(photos: readonly FeatureMaps[], variables: DecoderVariables): Float32Array[] {
  return photos.map((maps) => tf.tidy(() => valuesOf(decode(batchOf([maps]), variables))));
}
