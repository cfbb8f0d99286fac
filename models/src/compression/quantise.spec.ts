import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it } from 'vitest';
import { graphInMemory, writeGraph, type GraphModelFiles } from '../packaging/graph-model.ts';
import type { Operation } from '../packaging/network.ts';
import { quantised } from './quantise.ts';

const random = seedrandom('weights');
const weights = (...shape: number[]) => ({
  shape,
  values: Float32Array.from(
    { length: shape.reduce((product, length) => product * length, 1) },
    () => (random() - 0.5) * 0.5,
  ),
});

const convolution = { stride: 1, padding: 'same', relu6: true } as const;
const operations: Operation[] = [
  { op: 'scale', name: 'scaled', input: 'image', multiply: 1 / 128, add: -127 / 128 },
  { op: 'conv', name: 'stem', input: 'scaled', kernel: weights(3, 3, 3, 8), bias: weights(8), ...convolution },
  { op: 'conv', name: 'wide', input: 'stem', kernel: weights(1, 1, 8, 700), bias: weights(700), ...convolution },
  { op: 'depthwise', name: 'deep', input: 'wide', kernel: weights(3, 3, 700, 1), bias: weights(700), ...convolution },
  { op: 'mean', name: 'features', input: 'deep' },
  { op: 'dense', name: 'logits', input: 'features', kernel: weights(700, 10), bias: weights(10) },
];
const jsonOf = (files: GraphModelFiles) => JSON.parse(files.modelJson) as tf.io.ModelJSON;

const packed = writeGraph({ inputName: 'image', inputSize: 6, operations }, { logits: [10] });
const full = quantised(jsonOf(packed), packed.weights, 'float32');

async function logitsOf(files: GraphModelFiles): Promise<Float32Array> {
  const graph = await loadGraphModel(graphInMemory(files));
  const image = tf.fill([1, 6, 6, 3], 200);
  return (await (graph.execute({ image }, 'logits') as tf.Tensor).data()) as Float32Array;
}

beforeAll(() => tf.setBackend('cpu'));

describe('a graph with narrower weights', () => {
  it.each([
    ['float16', 1e-6],
    ['uint8', 3e-2],
  ] as const)('of %s answers almost as before', async (width, tolerance) => {
    const narrow = quantised(jsonOf(full), full.weights, width);
    const [before, after] = [await logitsOf(full), await logitsOf(narrow)];
    expect(narrow.weights.length).toBeLessThan(full.weights.length);
    // The logits differ, so that agreement means something.
    expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(1);
    after.forEach((value, index) => expect(Math.abs(value - before[index]!)).toBeLessThan(tolerance));
  });

  it('is the one that was packed where the width stays', () => {
    expect(quantised(jsonOf(full), full.weights, 'float16')).toEqual(packed);
  });

  it('keeps what is small, and depthwise kernels, in float16 where the rest is uint8', () => {
    const { weightsManifest } = jsonOf(quantised(jsonOf(full), full.weights, 'uint8'));
    const widths = weightsManifest[0]!.weights.map(({ name, quantization }) => [name, quantization?.dtype]);
    expect(Object.fromEntries(widths)).toEqual({
      'scaled/factor': undefined,
      'scaled/offset': undefined,
      'stem/kernel': 'float16',
      'stem/bias': 'float16',
      'wide/kernel': 'uint8',
      'wide/bias': 'float16',
      'deep/kernel': 'float16',
      'deep/bias': 'float16',
      'features/axes': undefined,
      'logits/kernel': 'uint8',
      'logits/bias': 'float16',
    });
  });

  it('can be made of one that is narrow already', async () => {
    const narrow = quantised(jsonOf(full), full.weights, 'uint8');
    const wide = quantised(jsonOf(narrow), narrow.weights, 'float32');
    expect(await logitsOf(wide)).toEqual(await logitsOf(narrow));
  });

  it('is not made where the weights are in several files', () => {
    const json = jsonOf(full);
    json.weightsManifest[0]!.paths.push('more.bin');
    expect(() => quantised(json, full.weights, 'uint8')).toThrow('one file');
  });
});
