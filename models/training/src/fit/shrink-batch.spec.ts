import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it } from 'vitest';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';
import { shrinkBatch } from './shrink-batch.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('a batch of images', () => {
  it('shrinks as a photo does on its way into a model', () => {
    const random = seedrandom('batch');
    const photos = [0, 1].map(() => Uint8Array.from({ length: 14 * 14 * 3 }, () => random() * 256));
    const images = tf.tensor4d(Float32Array.from(photos.flatMap((photo) => [...photo])), [2, 14, 14, 3]);
    const shrunk = shrinkBatch(images, 8);
    expect(shrunk.shape).toEqual([2, 8, 8, 3]);
    const expected = photos.flatMap((rgb) => [
      ...photoToInput({ width: 14, height: 14, rgb }, { size: 8, fit: 'stretch' }),
    ]);
    shrunk.dataSync().forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThan(0.51));
  });

  it('stays as it is at its own size', () => {
    const images = tf.ones<tf.Rank.R4>([1, 4, 4, 3]);
    expect([...shrinkBatch(images, 4).dataSync()]).toEqual([...images.dataSync()]);
  });

  it('leaves no tensors behind', () => {
    const images = tf.ones<tf.Rank.R4>([2, 6, 6, 3]);
    const before = tf.memory().numTensors;
    shrinkBatch(images, 3).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
