import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients: tfjs-core has none by itself.
import '@tensorflow/tfjs-layers';
import { rollup } from 'd3-array';
import seedrandom from 'seedrandom';
import { shuffle } from '../data/splits.ts';
import type { EpochLosses } from '@mushroom/recognition/bundle/experiment';
import { headOf, logitsOf, type Head } from '../network/head.ts';
import { cosine, setLearningRate } from '../network/learning-rate.ts';
import type { FeatureTable } from './frozen-features.ts';
import type { HeadOptions } from './recipe.ts';
import { marginalLoss, membershipOf } from './marginal-likelihood.ts';
import { breathe, withProgress } from '../terminal/progress.ts';

export interface Labelled {
  /** One table a view of the photos; every epoch draws a view for each photo. */
  views: FeatureTable[];
  /** The classes under each photo's label; photos with none are left out of the loss. */
  classSets: readonly (readonly number[])[];
}

/**
 * Trains the head with Adam on cached features.
 * @returns the head, and the mean losses of each epoch.
 */
export async function trainHead(
  train: Labelled,
  val: Labelled,
  classes: number,
  options: HeadOptions,
): Promise<{ head: Head; history: EpochLosses[] }> {
  const { epochs, batchSize, seed } = options;
  const width = train.views[0]!.width;
  const random = seedrandom(`${seed}/head`);
  const order = train.classSets.flatMap((set, row) => (set.length > 0 ? [row] : []));
  const steps = epochs * Math.ceil(order.length / batchSize);
  const membership = membershipOf(train.classSets, classes);
  const weights = photoWeights(train.classSets, classes, options.balance ?? 0);

  const kernel = tf.variable(tf.truncatedNormal([width, classes], 0, 0.01, 'float32', seed)) as tf.Variable<tf.Rank.R2>;
  const variables = { kernel, bias: tf.variable(tf.zeros([classes])) as tf.Variable<tf.Rank.R1> };
  const optimizer = tf.train.adam(options.learningRate);
  const history: EpochLosses[] = [];
  let step = 0;

  await withProgress('head', steps, async (show) => {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      shuffle(order, random);
      let lossSum = 0;
      for (let start = 0; start < order.length; start += batchSize) {
        const rows = order.slice(start, start + batchSize);
        const x = new Float32Array(rows.length * width);
        const y = new Float32Array(rows.length * classes);
        rows.forEach((row, place) => {
          const view = train.views[Math.floor(random() * train.views.length)]!;
          x.set(view.values.subarray(row * width, (row + 1) * width), place * width);
          y.set(membership.subarray(row * classes, (row + 1) * classes), place * classes);
        });
        const rate = options.learningRate * cosine(step, steps);
        setLearningRate(optimizer, rate);
        lossSum += tf.tidy(() => {
          const features = tf.tensor2d(x, [rows.length, width]);
          const labels = tf.tensor2d(y, [rows.length, classes]);
          const weight = tf.tensor1d(rows.map((row) => weights[row]!));
          const loss = optimizer.minimize(
            () => {
              const losses = marginalLoss(logitsOf(features, variables), labels);
              return tf.mean(tf.mul(losses, weight)) as tf.Scalar;
            },
            true,
            Object.values(variables),
          )!;
          kernel.assign(tf.mul(kernel, 1 - rate * options.weightDecay));
          return loss.dataSync()[0]! * rows.length;
        });
        step++;
        await breathe();
      }
      const valLoss = meanLoss(val, headOf(variables));
      history.push({ epoch, trainLoss: lossSum / order.length, valLoss });
      show(
        step,
        `· epoch ${epoch}/${epochs} · loss ${(lossSum / order.length).toFixed(3)} · val ${valLoss.toFixed(3)}`,
      );
    }
  });
  const head = headOf(variables);
  tf.dispose(variables);
  optimizer.dispose();
  return { head, history };
}

/**
 * n^-balance of each photo, n being the photos with the same classes; 1 on average over those with a class, and for
 * those that may be of most classes.
 */
function photoWeights(classSets: readonly (readonly number[])[], classes: number, balance: number): number[] {
  const counts = rollup(classSets, ({ length }) => length, String);
  const isOpen = (set: readonly number[]) => set.length > classes / 2;
  const raw = classSets.map((set) => (set.length > 0 ? counts.get(String(set))! ** -balance : 0));
  const labelled = raw.filter((_, row) => classSets[row]!.length > 0 && !isOpen(classSets[row]!));
  const mean = labelled.reduce((a, b) => a + b, 0) / Math.max(1, labelled.length);
  return raw.map((weight, row) => (isOpen(classSets[row]!) ? 1 : weight / mean));
}

/** Mean loss in nats over the photos that have a class; NaN where there is none. */
export function meanLoss({ views, classSets }: Labelled, head: Head): number {
  const [features] = views;
  const rows = classSets.flatMap((set, row) => (set.length > 0 ? [row] : []));
  if (!features || rows.length === 0) return Number.NaN;
  const classes = head.bias.length;
  const logits = applyHead(head, features);
  return tf.tidy(() => {
    const labelled = new Float32Array(rows.length * classes);
    rows.forEach((row, place) => labelled.set(logits[row]!, place * classes));
    const membership = membershipOf(
      rows.map((row) => classSets[row]!),
      classes,
    );
    const shape: [number, number] = [rows.length, classes];
    return tf.mean(marginalLoss(tf.tensor2d(labelled, shape), tf.tensor2d(membership, shape))).dataSync()[0]!;
  });
}

/** Features → logits, outside of TensorFlow: for calibration and reports. */
export function applyHead(head: Head, features: FeatureTable): Float32Array[] {
  const classes = head.bias.length;
  return tf.tidy(() => {
    if (features.rows === 0) return [];
    const kernel = tf.tensor2d(head.kernel, [features.width, classes]);
    const x = tf.tensor2d(features.values, [features.rows, features.width]);
    const logits = tf.add(tf.matMul(x, kernel), tf.tensor1d(head.bias)).dataSync() as Float32Array;
    return Array.from({ length: features.rows }, (_, row) => logits.slice(row * classes, (row + 1) * classes));
  });
}
