import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { NEEDS_NATIVE, nativeLoads } from '@mushroom/recognition/bundle/testing/native';
import { graphModelOf } from './graph-model.ts';
import { SMALL_CLASSES, SMALL_SIZE, smallNetwork, smallPhotos } from './testing/small-network.ts';
import { savedModelType } from '@mushroom/recognition/bundle/saved-model-proto';
import { SAVED_MODEL_FILE, savedModelOf } from '@mushroom/recognition/bundle/saved-model';

/** The graph model of the network as TensorFlow.js reads it; each call gives its own, to be broken. */
function graphModel() {
  const { modelJson, weights: bytes } = graphModelOf(smallNetwork);
  const json = JSON.parse(modelJson) as tf.io.ModelJSON;
  return {
    modelTopology: json.modelTopology as { node: { name: string; op: string; attr: Record<string, unknown> }[] },
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
    weightData: Uint8Array.from(bytes).buffer,
    signature: json.signature!,
  };
}

const photos = (count: number) =>
  tf.tensor4d(Float32Array.from(smallPhotos(count)), [count, SMALL_SIZE, SMALL_SIZE, 3]);

const text = (value: string) => Buffer.from(value).toString('base64');

describe.skipIf(!nativeLoads)(`a SavedModel on the native backend (${NEEDS_NATIVE})`, () => {
  interface SavedModel {
    predict(inputs: tf.NamedTensorMap): tf.NamedTensorMap;
    dispose(): void;
  }
  let directory: string;
  let saved: SavedModel;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'saved-model-'));
    await startBackend('native');
    await writeFile(path.join(directory, SAVED_MODEL_FILE), savedModelOf(graphModel()));
    const { node } = createRequire(import.meta.url)('@tensorflow/tfjs-node');
    saved = await node.loadSavedModel(directory);
  });
  afterAll(async () => {
    saved?.dispose();
    await rm(directory, { recursive: true });
  });

  it.for([1, 4])('gives the logits and features of the graph model, for %i photos at once', async (count) => {
    const graph = await loadGraphModel({ load: () => Promise.resolve(graphModel()) });
    const input = photos(count);
    const [logits, features] = graph.execute(input, ['logits', 'features']) as tf.Tensor[];
    const answer = saved.predict({ image: input });
    expect(Object.keys(answer).sort()).toEqual(['features', 'logits']);
    expect(answer.logits!.shape).toEqual([count, SMALL_CLASSES]);
    for (const [expected, actual] of [
      [logits!, answer.logits!],
      [features!, answer.features!],
    ] as const) {
      const values = [...expected.dataSync()];
      // They differ from one another, so that agreement means something.
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5);
      [...actual.dataSync()].forEach((value, index) => expect(value).toBeCloseTo(values[index]!, 4));
    }
    graph.dispose();
  });
});

describe('a SavedModel', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  const decoded = () => savedModelType.toObject(savedModelType.decode(savedModelOf(graphModel())), { enums: String });
  const nodes = () => decoded().metaGraphs[0].graphDef.node as { name: string; op: string; input?: string[] }[];

  it('carries the tag and the signature that servers look for', () => {
    const [{ metaInfoDef, signatureDef }] = decoded().metaGraphs;
    expect(metaInfoDef.tags).toEqual(['serve']);
    expect(signatureDef.serving_default.methodName).toBe('tensorflow/serving/predict');
    expect(Object.keys(signatureDef.serving_default.outputs).sort()).toEqual(['features', 'logits']);
    const { image } = signatureDef.serving_default.inputs;
    expect(image).toMatchObject({ name: 'image:0', dtype: 'DT_FLOAT' });
    expect(image.tensorShape.dim.map(({ size }: { size: unknown }) => Number(size))).toEqual([
      -1,
      SMALL_SIZE,
      SMALL_SIZE,
      3,
    ]);
  });

  it('has none of the operations that TensorFlow keeps to itself', () => {
    expect(nodes().filter(({ op }) => /^_|Fused/.test(op))).toEqual([]);
    expect(nodes().find(({ name }) => name === 'stem')).toMatchObject({ op: 'Relu6', input: ['stem/BiasAdd'] });
    expect(nodes().find(({ name }) => name === 'left')).toMatchObject({
      op: 'BiasAdd',
      input: ['left/Conv2D', 'left/bias'],
    });
  });

  it('is the same every time', () => {
    expect(Buffer.compare(savedModelOf(graphModel()), savedModelOf(graphModel()))).toBe(0);
  });

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    savedModelOf(graphModel());
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is refused where a node has no counterpart, by name', () => {
    const broken = graphModel();
    broken.modelTopology.node.find(({ name }) => name === 'sum')!.op = '_FusedBatchNormEx';
    expect(() => savedModelOf(broken)).toThrow('sum: operations of type _FusedBatchNormEx');
  });

  it.each([
    ['another activation', ['BiasAdd', 'LeakyRelu']],
    ['no bias', ['Relu6']],
    ['one more operation', ['BiasAdd', 'Relu6', 'Relu6']],
  ])('is refused where a fused kernel has %s', (_, operations) => {
    const broken = graphModel();
    const stem = broken.modelTopology.node.find(({ name }) => name === 'stem')!;
    stem.attr.fused_ops = { list: { s: operations.map(text) } };
    expect(() => savedModelOf(broken)).toThrow(`stem: _FusedConv2D with ${operations.join(', ')}`);
  });

  it('is refused where a constant has no weight', () => {
    const broken = graphModel();
    broken.modelTopology.node.push({ name: 'forgotten', op: 'Const', attr: {} });
    expect(() => savedModelOf(broken)).toThrow('forgotten: the graph model has no weight of this name');
  });
});
