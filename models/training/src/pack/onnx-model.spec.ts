import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { checkGolden, scoresOf } from '@mushroom/recognition/bundle/golden-check';
import { onnxModelOf } from '@mushroom/recognition/bundle/onnx-model';
import { ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import { onnxModelType } from '@mushroom/recognition/bundle/onnx-proto';
import { CLASS_MAPS, withClassMaps } from '@mushroom/recognition/explanation/class-maps';
import { sharesOf } from '@mushroom/recognition/outline/mask-shares';
import { MODELS } from '../terminal/places.ts';
import { onnxRuntime } from '../evaluate/onnx-classifier.ts';
import { graphInMemory, graphModelOf } from './graph-model.ts';
import { NEEDS_ONNX_RUNTIME, onnxExplain, onnxPhotos, onnxSession } from './testing/onnx-runtime.ts';
import { SMALL_CLASSES, SMALL_SIZE, smallNetwork, smallPhotos } from './testing/small-network.ts';

const REGISTRY = path.join(MODELS, 'registry');
const SIGNATURE = { input: 'image', logits: 'logits', features: 'features' };

/** The graph model as TensorFlow.js reads it; each call gives its own, to be broken. */
const graphModel = () => graphInMemory(graphModelOf(smallNetwork)).load!();

const nodesOf = (model: tf.io.ModelArtifacts) =>
  (model.modelTopology as { node: { name: string; op: string; attr: Record<string, unknown> }[] }).node;

beforeAll(async () => {
  await startBackend('wasm');
});

describe.skipIf(!onnxRuntime)(`an ONNX model in ONNX Runtime (${NEEDS_ONNX_RUNTIME})`, () => {
  it.for([1, 4])(
    'gives the logits, features and class maps of the graph model, for %i photos at once',
    async (count) => {
      const session = await onnxSession(onnxModelOf(await graphModel(), SIGNATURE));
      const explained = withClassMaps(await graphModel(), SIGNATURE);
      const graph = await loadGraphModel({ load: async () => explained });
      const rgb = smallPhotos(count);
      const input = tf.tensor4d(Float32Array.from(rgb), [count, SMALL_SIZE, SMALL_SIZE, 3]);
      const names = ['logits', 'features', CLASS_MAPS];
      const expected = graph.execute(input, names) as tf.Tensor[];
      const answer = await session.run({ image: onnxPhotos(rgb, SMALL_SIZE), explain: onnxExplain(true) });
      names.forEach((name, index) => {
        const { shape } = expected[index]!;
        const values = expected[index]!.dataSync();
        expect(answer[name]!.dims).toEqual(shape);
        // They differ from one another, so that agreement means something.
        expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5);
        (answer[name]!.data as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(values[at]!, 4));
      });
      graph.dispose();
    },
  );

  it('has no class maps unless they are asked for', async () => {
    const session = await onnxSession(onnxModelOf(await graphModel(), SIGNATURE));
    const answer = await session.run({ image: onnxPhotos(smallPhotos(2), SMALL_SIZE), explain: onnxExplain(false) });
    expect(answer[CLASS_MAPS]!.data).toHaveLength(0);
    expect(answer.logits!.dims).toEqual([2, SMALL_CLASSES]);
  });

  it.for([
    ['mushroom-classifier', 'bundle.json'],
    ['mushroom-student', 'bundle.json'],
    ['mushroom-outline', 'outline.json'],
  ] as const)('gives the golden outputs of the newest %s of the registry', async ([name, file]) => {
    const versions = (await readdir(path.join(REGISTRY, name))).filter((version) => /^\d+$/.test(version));
    const directory = path.join(REGISTRY, name, String(Math.max(...versions.map(Number))));
    const { input } = JSON.parse(await readFile(path.join(directory, file), 'utf8'));
    const isClassifier = file === 'bundle.json';
    const session = await onnxSession(await readFile(path.join(directory, ONNX_MODEL_FILE)));
    const model = {
      async logits([rgb]: readonly (Uint8Array | Float32Array)[]) {
        const image = onnxPhotos(rgb as Uint8Array, input.size);
        const answer = await session.run(isClassifier ? { image, explain: onnxExplain(false) } : { image });
        return [answer[isClassifier ? 'logits' : 'mask']!.data as Float32Array];
      },
    };
    const golden = await readGolden({ directory });
    expect(await checkGolden(model, golden, isClassifier ? scoresOf : sharesOf)).toBeLessThan(golden.tolerance);
  });
});

describe('an ONNX model', () => {
  const decoded = async () =>
    onnxModelType.toObject(onnxModelType.decode(onnxModelOf(await graphModel(), SIGNATURE)), { enums: String });

  it('takes bytes as a photo has them, and says whether to explain', async () => {
    const { input } = (await decoded()).graph;
    const [image, explain] = input as { name: string; type: { tensorType: { elemType: number; shape: object } } }[];
    expect(image!.name).toBe('image');
    expect(image!.type.tensorType.elemType).toBe(2);
    expect(explain!.name).toBe('explain');
    expect(input).toHaveLength(2);
  });

  it('keeps its weights as narrow as the graph model does', async () => {
    const { initializer } = (await decoded()).graph as { initializer: { name: string; dataType: number }[] };
    expect(initializer.find(({ name }) => name === 'stem/kernel/float16')).toMatchObject({ dataType: 10 });
  });

  it('has a name of its own for every node: ONNX Runtime refuses two of one', async () => {
    const names = ((await decoded()).graph.node as { name: string }[]).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is the same every time, and leaves no tensors behind', async () => {
    const [one, other] = [await graphModel(), await graphModel()];
    const before = tf.memory().numTensors;
    expect(Buffer.compare(onnxModelOf(one, SIGNATURE), onnxModelOf(other, SIGNATURE))).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['sum', { op: '_FusedBatchNormEx' }, 'sum: operations of type _FusedBatchNormEx'],
    ['stem', { attr: { fused_ops: { list: { s: [btoa('BiasAdd'), btoa('LeakyRelu')] } } } }, 'with its fusing'],
    ['features', { attr: { keep_dims: { b: true } } }, 'features: Mean with these axes'],
    ['stem', { attr: { dilations: { list: { i: ['1', '2', '2', '1'] } } } }, 'stem: _FusedConv2D with dilations'],
  ])('is refused where %s has no counterpart: %j', async (name, change, message) => {
    const broken = await graphModel();
    const node = nodesOf(broken).find((each) => each.name === name)!;
    Object.assign(node, change, { attr: { ...node.attr, ...('attr' in change ? change.attr : {}) } });
    expect(() => onnxModelOf(broken, SIGNATURE)).toThrow(message);
  });

  it('is refused where a constant has no weight', async () => {
    const broken = await graphModel();
    const [first] = broken.weightSpecs!;
    first!.name = 'renamed';
    expect(() => onnxModelOf(broken, SIGNATURE)).toThrow(
      'scaled/factor: the graph model has no weight of the name scaled/factor',
    );
  });
});
