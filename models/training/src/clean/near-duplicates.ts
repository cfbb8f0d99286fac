import * as tf from '@tensorflow/tfjs-core';
import type { FeatureTable } from '../fit/frozen-features.ts';

/** Two photos whose features point the same way. */
export interface Pair {
  a: number;
  b: number;
  /** Cosine of the angle between their features, at most 1. */
  similarity: number;
}

const BLOCK = 1024;

/**
 * Pairs of photos that a backbone can hardly tell apart: copies, crops, recompressions, frames of one series.
 * @param threshold least cosine that counts.
 * @returns each pair once, `a` before `b`, most similar first.
 */
export function nearDuplicates(features: FeatureTable, threshold: number): Pair[] {
  const { rows, width, values } = features;
  if (rows < 2) return [];
  const pairs: Pair[] = [];
  const units = tf.tidy(() => {
    const table = tf.tensor2d(values, [rows, width]);
    return tf.div(table, tf.maximum(tf.norm(table, 2, 1, true), 1e-12)) as tf.Tensor2D;
  });
  for (let start = 0; start < rows; start += BLOCK) {
    const length = Math.min(BLOCK, rows - start);
    const similarities = tf.tidy(() => {
      const block = tf.slice(units, [start, 0], [length, width]);
      const rest = tf.slice(units, [start, 0], [rows - start, width]);
      return tf.matMul(block, rest, false, true).dataSync();
    });
    addPairs(pairs, similarities as Float32Array, start, length, threshold);
  }
  units.dispose();
  return pairs.sort((x, y) => y.similarity - x.similarity);
}

/** The pairs in a block of the similarity matrix, `length` rows from `start` on, columns from `start` to the end. */
function addPairs(pairs: Pair[], similarities: Float32Array, start: number, length: number, threshold: number): void {
  const columns = similarities.length / length;
  for (let row = 0; row < length; row++) {
    for (let column = row + 1; column < columns; column++) {
      const similarity = similarities[row * columns + column]!;
      if (similarity >= threshold)
        pairs.push({ a: start + row, b: start + column, similarity: Math.min(1, similarity) });
    }
  }
}
