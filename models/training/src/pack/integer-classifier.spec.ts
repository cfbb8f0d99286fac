import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { onnxModelType } from '@mushroom/recognition/bundle/onnx-proto';
import { describeOnEachBackend } from '@mushroom/recognition/bundle/testing/native';
import { CLASS_MAPS, withClassMaps } from '@mushroom/recognition/explanation/class-maps';
import { onnxRuntime } from '../evaluate/onnx-classifier.ts';
import type { GraphModelFiles } from './graph-model-files.ts';
import { graphInMemory, graphModelOf } from './graph-model.ts';
import { integerClassifier } from './integer-classifier.ts';
import { multiplyAddsOf } from './multiply-adds.ts';
import { NEEDS_ONNX_RUNTIME, onnxExplain, onnxPhotos, onnxSession } from './testing/onnx-runtime.ts';
import { SMALL_CLASSES, SMALL_SIZE, smallNetwork, smallPhotos } from './testing/small-network.ts';

const SIGNATURE = { input: 'image', logits: 'logits', features: 'features' };
const OUTPUTS = ['logits', 'features', CLASS_MAPS];
const COUNT = 20;

const rgb = smallPhotos(COUNT);
const float = graphModelOf(smallNetwork);

const imageOf = (bytes: Uint8Array) =>
  tf.tensor4d(Float32Array.from(bytes), [bytes.length / (SMALL_SIZE * SMALL_SIZE * 3), SMALL_SIZE, SMALL_SIZE, 3]);

async function* images() {
  const length = rgb.length / COUNT;
  for (let photo = 0; photo < COUNT; photo++) yield imageOf(rgb.subarray(photo * length, (photo + 1) * length));
}

let integer: { graph: GraphModelFiles; onnx: Uint8Array };
beforeAll(async () => {
  await startBackend('wasm');
  integer = await integerClassifier(float, SIGNATURE, images);
});

/** What TensorFlow.js gives, as the service and the page load it. */
async function outputsOf(files: GraphModelFiles): Promise<Float32Array[]> {
  const artifacts = withClassMaps(await graphInMemory(files).load!(), SIGNATURE);
  const graph = await loadGraphModel({ load: async () => artifacts });
  const outputs = graph.execute(imageOf(rgb), OUTPUTS) as tf.Tensor[];
  graph.dispose();
  return outputs.map((output) => output.dataSync() as Float32Array);
}

describeOnEachBackend('a classifier in whole numbers', (backend) => {
  let outputs: Float32Array[];
  beforeAll(async () => {
    await startBackend(backend);
    outputs = await outputsOf(integer.graph);
  });

  it('gives nearly what it gave before', async () => {
    const before = await outputsOf(float);
    before.forEach((values, index) => {
      const spread = Math.max(...values) - Math.min(...values);
      values.forEach((value, at) => expect(Math.abs(outputs[index]![at]! - value)).toBeLessThan(spread / 20));
    });
  });

  it.skipIf(!onnxRuntime)(
    `gives the same logits and features in ONNX Runtime, to the last bit (${NEEDS_ONNX_RUNTIME})`,
    async () => {
      const session = await onnxSession(integer.onnx);
      const answer = await session.run({ image: onnxPhotos(rgb, SMALL_SIZE), explain: onnxExplain(true) });
      expect(answer.logits!.dims).toEqual([COUNT, SMALL_CLASSES]);
      expect(answer.logits!.data).toEqual(outputs[0]);
      expect(answer.features!.data).toEqual(outputs[1]);
      (answer[CLASS_MAPS]!.data as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(outputs[2]![at]!, 3));
    },
  );
});

describe('a classifier in whole numbers', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'integer-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.skipIf(!onnxRuntime)(`is computed in whole numbers by ONNX Runtime (${NEEDS_ONNX_RUNTIME})`, async () => {
    const file = path.join(folder, 'optimised.onnx');
    await onnxRuntime!.InferenceSession.create(integer.onnx, { optimizedModelFilePath: file, logSeverityLevel: 3 });
    const { graph } = onnxModelType.toObject(onnxModelType.decode(await readFile(file)));
    const operators = (graph.node as { opType: string }[]).map(({ opType }) => opType);
    expect(operators).toEqual(
      expect.arrayContaining(['QLinearConv', 'QLinearAdd', 'QLinearGlobalAveragePool', 'QGemm']),
    );
    for (const operator of ['Conv', 'FusedConv', 'Add', 'GlobalAveragePool', 'Gemm', 'QuantizeLinear'])
      expect(operators).not.toContain(operator);
  });

  it('takes a byte for each weight, and as many multiply-adds as before', () => {
    const manifest = JSON.parse(integer.graph.modelJson) as tf.io.ModelJSON;
    const kernels = manifest.weightsManifest[0]!.weights.filter(({ name }) => name.endsWith('/kernel'));
    expect(kernels).toHaveLength(6);
    for (const { quantization } of kernels) expect(quantization).toMatchObject({ dtype: 'uint8', scale: 1, min: -128 });
    expect(multiplyAddsOf(manifest)).toBe(multiplyAddsOf(JSON.parse(float.modelJson) as tf.io.ModelJSON));
  });

  it('needs photos to see what its layers give', async () => {
    await expect(integerClassifier(float, SIGNATURE, async function* () {})).rejects.toThrow('no image');
  });
});
