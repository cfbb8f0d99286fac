import * as tf from '@tensorflow/tfjs-core';
import type { Bundle, Golden } from '@mushroom/models/bundle/bundle.schema';
import { Classifier } from '@mushroom/models/bundle/classifier';

/**
 * The softmax scores, at temperature 1, that the active TensorFlow.js backend gives for the golden inputs.
 * @returns a list of scores a golden case, in label order.
 */
export async function scoresOfGolden(
  source: string | tf.io.IOHandler,
  bundle: Bundle,
  golden: Golden,
): Promise<number[][]> {
  const classifier = await Classifier.load(source, bundle);
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
