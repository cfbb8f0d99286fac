import type * as tf from '@tensorflow/tfjs-core';

/** Cosine from 1 to 0 (Loshchilov & Hutter 2017, arXiv:1608.03983). */
export function cosine(step: number, steps: number): number {
  return 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}

/** tfjs keeps the rate in a field of each optimizer and offers no setter; its own schedules write it so too. */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  (optimizer as unknown as { learningRate: number }).learningRate = rate;
}
