import * as tf from '@tensorflow/tfjs-core';
import type { Golden } from '@mushroom/recognition/bundle/bundle.schema';
import type { Classifier } from '@mushroom/recognition/bundle/classifier';

/**
 * The softmax scores, at temperature 1, that a classifier gives for the golden inputs on the active TensorFlow.js
 * backend. Disposes of the classifier.
 * @returns a list of scores a golden case, in label order.
 */
export async function scoresOfGolden(classifier: Classifier, golden: Golden): Promise<number[][]> {
  try {
    const inputs = golden.cases.map(({ rgb }) => Uint8Array.from(atob(rgb), (character) => character.charCodeAt(0)));
    const logits = await classifier.logits(inputs);
    return logits.map((row) => Array.from(tf.tidy(() => tf.softmax(tf.tensor1d(row)).dataSync())));
  } finally {
    classifier.dispose();
  }
}

/** The largest difference of any score from the golden one; Infinity where their numbers differ. */
export function largestDifference(scores: readonly number[][], golden: Golden): number {
  let largest = scores.length === golden.cases.length ? 0 : Infinity;
  golden.cases.forEach((expected, row) => {
    const actual = scores[row] ?? [];
    if (actual.length !== expected.scores.length) largest = Infinity;
    expected.scores.forEach((score, index) => {
      largest = Math.max(largest, Math.abs(score - (actual[index] ?? Infinity)));
    });
  });
  return largest;
}
