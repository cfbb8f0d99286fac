import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GraphModelFiles } from './graph-model-files.ts';
import { graphInMemory, writeGraph } from './graph-model.ts';
import type { Operation } from '../network/network.ts';
import { meanInputsOf } from './bias-correction.ts';
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
  { op: 'conv', name: 'wide', input: 'stem', kernel: weights(1, 1, 8, 2600), bias: weights(2600), ...convolution },
  { op: 'depthwise', name: 'deep', input: 'wide', kernel: weights(3, 3, 2600, 1), bias: weights(2600), ...convolution },
  { op: 'mean', name: 'features', input: 'deep' },
  { op: 'dense', name: 'logits', input: 'features', kernel: weights(2600, 10), bias: weights(10) },
];
const jsonOf = (files: GraphModelFiles) => JSON.parse(files.modelJson) as tf.io.ModelJSON;

const packed = writeGraph({ inputName: 'image', inputSize: 6, operations }, { logits: [10] });
const full = quantised(jsonOf(packed), packed.weights, 'float32');

async function logitsOf(files: GraphModelFiles): Promise<Float32Array> {
  const graph = await loadGraphModel(graphInMemory(files));
  const image = tf.fill([1, 6, 6, 3], 200);
  return (await (graph.execute({ image }, 'logits') as tf.Tensor).data()) as Float32Array;
}

async function* images() {
  const shade = seedrandom('images');
  for (let count = 0; count < 4; count++) {
    const pixels = Float32Array.from({ length: 6 * 6 * 3 }, () => shade() * 255);
    yield tf.tensor4d(pixels, [1, 6, 6, 3]);
  }
}

async function meanLogits(files: GraphModelFiles): Promise<number[]> {
  const graph = await loadGraphModel(graphInMemory(files));
  const sums = new Array<number>(10).fill(0);
  for await (const image of images()) {
    const logits = await (graph.execute({ image }, 'logits') as tf.Tensor).data();
    logits.forEach((value, index) => (sums[index]! += value / 4));
  }
  return sums;
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

  it('does not shift its answers, on average, where it is known what the layers are given', async () => {
    const meanInputs = await meanInputsOf(full, 'image', images());
    const meanShift = async (files: GraphModelFiles) => {
      const [before, after] = [await meanLogits(full), await meanLogits(files)];
      return after.reduce((sum, value, index) => sum + Math.abs(value - before[index]!), 0) / after.length;
    };
    const uncorrected = await meanShift(quantised(jsonOf(full), full.weights, 'uint8'));
    const corrected = await meanShift(quantised(jsonOf(full), full.weights, 'uint8', meanInputs));
    expect(uncorrected).toBeGreaterThan(1e-4);
    expect(corrected).toBeLessThan(uncorrected / 2);
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
