import { Float16Array } from '@petamoriken/float16';
import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { describeOnEachBackend } from '@mushroom/recognition/bundle/testing/native';
import type { Backbone } from '../network/backbone.ts';
import type { Head } from '../network/head.ts';
import { applyHead } from '../fit/head.ts';
import { graphInMemory, graphModelOf } from './graph-model.ts';
import { networkOf } from '../network/network.ts';

const SIZE = 9;
const LEAVES = 5;

const conv = (name: string, filters: number, kernelSize: number, more: object = {}) =>
  layers.conv2d({ name, filters, kernelSize, padding: 'same', useBias: true, ...more });

/** A backbone in small, with everything a real one has: strides on odd sizes, both paddings, a shortcut. */
function smallModel(): LayersModel {
  const image = input({ shape: [SIZE, SIZE, 3] });
  const depthwise = layers.depthwiseConv2d({
    name: 'depthwise',
    kernelSize: 3,
    strides: 2,
    padding: 'same',
    useBias: true,
  });
  const stem = layers.reLU({ maxValue: 6 }).apply(conv('stem', 8, 3, { strides: 2 }).apply(image)) as SymbolicTensor;
  const spread = layers.reLU({ maxValue: 6 }).apply(depthwise.apply(stem)) as SymbolicTensor;
  const left = conv('left', 6, 1).apply(spread) as SymbolicTensor;
  const right = conv('right', 6, 3).apply(left) as SymbolicTensor;
  const sum = layers.add({ name: 'sum' }).apply([left, right]);
  const last = layers.reLU({ maxValue: 6 }).apply(conv('last', 7, 2, { padding: 'valid' }).apply(sum));
  return model({ inputs: image, outputs: layers.globalAveragePooling2d({}).apply(last) as SymbolicTensor });
}

function backboneOf(layersModel: LayersModel, round: (values: Float32Array) => ArrayLike<number>): Backbone {
  const random = seedrandom('weights');
  for (const layer of layersModel.layers) {
    const weights = layer.getWeights().map((weight) => {
      const values = Float32Array.from({ length: weight.size }, () => (random() - 0.4) * 1.2);
      return tf.tensor(Float32Array.from(round(values)), weight.shape);
    });
    layer.setWeights(weights);
  }
  const featureSize = layersModel.outputs[0]!.shape.at(-1)!;
  return {
    name: 'small',
    weightsSha256: '',
    model: layersModel,
    inputSize: SIZE,
    featureSize,
    scaling: { mean: 127, deviation: 128 },
  };
}

function headFor(features: number, round: (values: Float32Array) => ArrayLike<number>): Head {
  const random = seedrandom('head');
  const of = (length: number) => Float32Array.from(round(Float32Array.from({ length }, () => random() - 0.5)));
  return { kernel: of(features * LEAVES), bias: of(LEAVES) };
}

const photos = () => {
  const random = seedrandom('photos');
  return tf.tensor4d(
    Float32Array.from({ length: 4 * SIZE * SIZE * 3 }, () => Math.floor(random() * 256)),
    [4, SIZE, SIZE, 3],
  );
};

/** Features and logits as training computes them: the layers model on scaled pixels, then the head. */
function expectedOf(backbone: Backbone, head: Head) {
  const values = tf.tidy(() => {
    const scaled = tf.div(tf.sub(photos(), backbone.scaling.mean), backbone.scaling.deviation);
    return (backbone.model.predict(scaled) as tf.Tensor).dataSync() as Float32Array;
  });
  const table = { rows: 4, width: backbone.featureSize, values };
  return { features: [...values], logits: applyHead(head, table).flatMap((row) => [...row]) };
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
}

const spreadOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

const toHalf = (values: Float32Array) => new Float16Array(values);
const asIs = (values: Float32Array) => values;

describeOnEachBackend('a graph model', (backend) => {
  beforeAll(() => startBackend(backend));

  it('gives the logits and features of the layers it was made from', async () => {
    const backbone = backboneOf(smallModel(), toHalf);
    const head = headFor(backbone.featureSize, toHalf);
    const network = networkOf(backbone, head);
    const graph = await loadGraphModel(graphInMemory(graphModelOf(network)));
    const [logits, features] = graph.execute({ [network.inputName]: photos() }, [
      network.logits,
      network.features,
    ]) as tf.Tensor[];
    const expected = expectedOf(backbone, head);
    // The logits differ between photos, so that agreement means something.
    expect(spreadOf(expected.logits)).toBeGreaterThan(0.5);
    expect(spreadOf(expected.features)).toBeGreaterThan(0.5);
    expect(logits!.shape).toEqual([4, LEAVES]);
    expect(largestDifference([...logits!.dataSync()], expected.logits)).toBeLessThan(1e-4);
    expect(largestDifference([...features!.dataSync()], expected.features)).toBeLessThan(1e-4);
    graph.dispose();
  });

  it('loses no more than the rounding of its weights to half width', async () => {
    const backbone = backboneOf(smallModel(), asIs);
    const head = headFor(backbone.featureSize, asIs);
    const graph = await loadGraphModel(graphInMemory(graphModelOf(networkOf(backbone, head))));
    const logits = [...(graph.execute({ image: photos() }, 'logits') as tf.Tensor).dataSync()];
    const difference = largestDifference(logits, expectedOf(backbone, head).logits);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(0.02);
    graph.dispose();
  });
});

describe('the files of a graph model', () => {
  const half = () => {
    const backbone = backboneOf(smallModel(), asIs);
    return graphModelOf(networkOf(backbone, headFor(backbone.featureSize, asIs)));
  };
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it('hold two bytes a weight', () => {
    const backbone = backboneOf(smallModel(), asIs);
    const weights = backbone.model.countParams() + (backbone.featureSize + 1) * LEAVES;
    // Two scalars of the scaling and two axes of the mean stay at four bytes.
    expect(half().weights.length).toBe(weights * 2 + 4 * 4);
  });

  it('name inputs and outputs, any number of photos at once', () => {
    const { signature } = JSON.parse(half().modelJson) as { signature: { inputs: object; outputs: object } };
    expect(signature.inputs).toMatchObject({
      image: { tensorShape: { dim: [{ size: '-1' }, { size: '9' }, { size: '9' }, { size: '3' }] } },
    });
    expect(signature.outputs).toMatchObject({ logits: { tensorShape: { dim: [{ size: '-1' }, { size: '5' }] } } });
  });

  it('tell the shape of their input to whoever loads them', async () => {
    const graph = await loadGraphModel(graphInMemory(half()));
    expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([['image', [-1, SIZE, SIZE, 3]]]);
    graph.dispose();
  });

  it('are the same every time', () => {
    expect(half()).toEqual(half());
  });
});

describe('what cannot be packed', () => {
  const pool = (output: unknown) => layers.globalAveragePooling2d({}).apply(output as SymbolicTensor) as SymbolicTensor;

  it.each<[string, RegExp, (image: SymbolicTensor) => unknown]>([
    [
      'a layer without a counterpart',
      /^normal: layers of type BatchNormalization can't be packed/,
      (image) => layers.batchNormalization({ name: 'normal' }).apply(conv('c', 2, 3).apply(image)),
    ],
    [
      'an unbounded ReLU',
      /^unbounded: only a ReLU6/,
      (image) => layers.reLU({ name: 'unbounded' }).apply(conv('c', 2, 3).apply(image)),
    ],
    [
      'a ReLU6 behind no convolution',
      /^lonely: only a ReLU6/,
      (image) => layers.reLU({ name: 'lonely', maxValue: 6 }).apply(image),
    ],
    [
      'an activation inside a convolution',
      /^active: /,
      (image) => conv('active', 2, 3, { activation: 'relu' }).apply(image),
    ],
    ['a convolution without bias', /^plain: /, (image) => conv('plain', 2, 3, { useBias: false }).apply(image)],
    ['a dilated convolution', /^wide: /, (image) => conv('wide', 2, 3, { dilationRate: 2 }).apply(image)],
    ['a stride that differs by side', /^uneven: /, (image) => conv('uneven', 2, 3, { strides: [1, 2] }).apply(image)],
  ])('is refused by name: %s', (_, message, build) => {
    const image = input({ shape: [SIZE, SIZE, 3] });
    const backbone = backboneOf(model({ inputs: image, outputs: pool(build(image)) }), asIs);
    expect(() => networkOf(backbone, headFor(backbone.featureSize, asIs))).toThrow(message);
  });

  it('is refused: a network whose logits are no dense layer', () => {
    const backbone = backboneOf(smallModel(), asIs);
    const network = networkOf(backbone, headFor(backbone.featureSize, asIs));
    expect(() => graphModelOf({ ...network, logits: 'features' })).toThrow(/logits must come from a dense layer/);
  });
});
