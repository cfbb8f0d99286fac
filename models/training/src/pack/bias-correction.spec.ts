import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeGraph } from './graph-model.ts';
import type { Operation } from '../network/network.ts';
import { meanInputsOf, shiftOf } from './bias-correction.ts';

const weights = (values: number[], ...shape: number[]) => ({ shape, values: Float32Array.from(values) });

// Twice the red, and no less than nothing of the negative green; then their mean over the image.
const operations: Operation[] = [
  {
    op: 'conv',
    name: 'twice',
    input: 'image',
    kernel: weights([2, 0, 0, -1, 0, 0], 1, 1, 3, 2),
    bias: weights([0, 0], 2),
    stride: 1,
    padding: 'same',
    relu6: true,
  },
  { op: 'mean', name: 'features', input: 'twice' },
  { op: 'dense', name: 'logits', input: 'features', kernel: weights([1, 1], 2, 1), bias: weights([0], 1) },
];
const graph = writeGraph({ inputName: 'image', inputSize: 2, operations }, { logits: [1] });

async function* images(...reds: number[]) {
  for (const red of reds) yield tf.tile(tf.tensor4d([red, 1, 0], [1, 1, 1, 3]), [1, 2, 2, 1]) as tf.Tensor4D;
}

beforeAll(() => tf.setBackend('cpu'));

describe('what the layers of a graph are given', () => {
  it('is the mean of each channel over the places and the images', async () => {
    const means = await meanInputsOf(graph, 'image', images(1, 2));
    expect([...means.keys()]).toEqual(['twice/kernel', 'logits/kernel']);
    expect([...means.get('twice/kernel')!]).toEqual([1.5, 1, 0]);
    expect([...means.get('logits/kernel')!]).toEqual([3, 0]);
  });

  it('is unknown without an image', async () => {
    await expect(meanInputsOf(graph, 'image', images())).rejects.toThrow('no image');
  });
});

describe('the shift of a sum', () => {
  it('is the error of each weight times its mean input', () => {
    const kernel = Float32Array.of(1, 2, 3, 4);
    const rounded = Float32Array.of(1.5, 2, 3, 3);
    expect([...shiftOf(kernel, rounded, Float64Array.of(10, 1))]).toEqual([5, -1]);
  });
});
