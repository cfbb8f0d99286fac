import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it } from 'vitest';
import { disturbBatch } from './disturb-batch.ts';

beforeAll(() => tf.setBackend('cpu'));

/** Stripes of one pixel: nothing is finer. */
function stripes(n: number, side: number): tf.Tensor4D {
  const values = Float32Array.from({ length: n * side * side * 3 }, (_, i) => (Math.floor(i / 3) % 2 ? 200 : 40));
  return tf.tensor4d(values, [n, side, side, 3]);
}

const range = (tensor: tf.Tensor) => tf.max(tensor).dataSync()[0]! - tf.min(tensor).dataSync()[0]!;

describe('a disturbed batch', () => {
  it('is the batch itself where nothing is to be disturbed', () => {
    const images = stripes(2, 8);
    const seen = disturbBatch(images, { whiteBalance: 0, blur: 0 }, seedrandom('none'));
    expect([...seen.dataSync()]).toEqual([...images.dataSync()]);
  });

  it('has other shares of red, green and blue, each image its own, as far as was asked for', () => {
    const seen = disturbBatch(tf.fill([20, 4, 4, 3], 100), { whiteBalance: 0.2, blur: 0 }, seedrandom('tint'));
    const colours = (tf.mean(seen, [1, 2]) as tf.Tensor2D).arraySync();
    expect(new Set(colours.map(String)).size).toBe(20);
    const all = colours.flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(80);
    expect(Math.max(...all)).toBeLessThanOrEqual(120);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(30);
  });

  it('stays within what pixels can be', () => {
    const seen = disturbBatch(tf.fill([9, 4, 4, 3], 250), { whiteBalance: 0.5, blur: 1 }, seedrandom('bright'));
    expect(tf.max(seen).dataSync()[0]).toBeLessThanOrEqual(255);
  });

  it('has lost what is fine, where it is blurred, at the same size', () => {
    const images = stripes(1, 10);
    const seen = disturbBatch(images, { whiteBalance: 0, blur: 1 }, () => 0.3);
    expect(seen.shape).toEqual(images.shape);
    expect(range(seen)).toBeLessThan(0.7 * range(images));
  });

  it('is the same for the same random numbers, and leaves no tensors behind', () => {
    const images = stripes(3, 8);
    const before = tf.memory().numTensors;
    const [first, second] = [1, 2].map(() => disturbBatch(images, { whiteBalance: 0.2, blur: 1 }, seedrandom('same')));
    expect([...first!.dataSync()]).toEqual([...second!.dataSync()]);
    tf.dispose([first!, second!]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
