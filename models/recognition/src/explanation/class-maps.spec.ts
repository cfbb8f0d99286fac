import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../bundle/backend.ts';
import { describeOnEachBackend } from '../bundle/testing/native.ts';
import { Classifier } from '../bundle/classifier.ts';
import { withClassMaps } from './class-maps.ts';

const SIZE = 4;
const BIAS = [0.25, -0.5];

const facts = {
  input: { size: SIZE, fit: 'stretch' as const },
  signature: { input: 'image', logits: 'logits', features: 'features' },
  labels: [
    { kind: 'species' as const, taxon: 'Aus bus', genus: 'Aus', family: 'Aaceae' },
    { kind: 'not_a_mushroom' as const },
  ],
};

const FLOAT = { type: 'DT_FLOAT' };
const tensor = (name: string, ...shape: number[]) => ({
  name: `${name}:0`,
  dtype: 'DT_FLOAT',
  tensorShape: { dim: shape.map((size) => ({ size: String(size) })) },
});

/**
 * A classifier whose last feature map is the picture itself: what each place counts can be worked out by hand. Each call
 * gives its own, to be broken.
 */
function graph() {
  const constants: [string, number[], Float32Array | Int32Array][] = [
    ['axes', [2], Int32Array.of(1, 2)],
    ['kernel', [3, 2], Float32Array.of(1, -1, 0.5, 2, 0, -0.5)],
    ['bias', [2], Float32Array.from(BIAS)],
  ];
  const node: { name: string; op: string; input?: string[]; attr?: object }[] = [
    { name: 'image', op: 'Placeholder', attr: { dtype: FLOAT } },
    ...constants.map(([name]) => ({ name, op: 'Const', attr: {} })),
    { name: 'features', op: 'Mean', input: ['image', 'axes'], attr: { keep_dims: { b: false } } },
    {
      name: 'logits',
      op: '_FusedMatMul',
      input: ['features', 'kernel', 'bias'],
      attr: { num_args: { i: '1' }, fused_ops: { list: { s: [btoa('BiasAdd')] } } },
    },
  ];
  return {
    modelTopology: { node, versions: { producer: 440 } },
    weightSpecs: constants.map(([name, shape, values]) => ({
      name,
      shape,
      dtype: values instanceof Int32Array ? ('int32' as const) : ('float32' as const),
    })),
    weightData: tf.io.concatenateArrayBuffers(constants.map(([, , values]) => values.buffer as ArrayBuffer)),
    signature: {
      inputs: { image: tensor('image', -1, SIZE, SIZE, 3) },
      outputs: { logits: tensor('logits', -1, 2), features: tensor('features', -1, 3) },
    } as object,
  };
}

const classifier = () => Classifier.load({ load: async () => graph() }, facts);

/** Black but for one pixel, which is the least of red. */
function redAt(row: number, column: number): Uint8Array {
  const pixels = new Uint8Array(SIZE * SIZE * 3);
  pixels[(row * SIZE + column) * 3] = 1;
  return pixels;
}

describeOnEachBackend('class maps', (backend) => {
  beforeAll(() => startBackend(backend));

  it('tell what each place of each photo says for each label', async () => {
    const loaded = await classifier();
    const photos = await loaded.explained([redAt(1, 2), redAt(3, 0)]);
    for (const [index, place] of [1 * SIZE + 2, 3 * SIZE].entries()) {
      const { height, width, values } = photos[index]!.classMaps;
      expect([height, width, values.length]).toEqual([SIZE, SIZE, SIZE * SIZE * 2]);
      values.forEach((value, at) => {
        const expected = Math.floor(at / 2) === place ? [1, -1][at % 2]! : 0;
        expect(value).toBeCloseTo(expected, 5);
      });
    }
    loaded.dispose();
  });

  it('come with the logits that come without them, and their mean is those but for the bias', async () => {
    const loaded = await classifier();
    const input = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, at) => (at * 37) % 256);
    const [plain] = await loaded.logits([input]);
    const [{ logits, classMaps }] = (await loaded.explained([input])) as [
      Awaited<ReturnType<typeof loaded.explained>>[0],
    ];
    expect([...logits]).toEqual([...plain!]);
    for (const label of [0, 1]) {
      const places = classMaps.values.filter((_, at) => at % 2 === label);
      const mean = places.reduce((sum, value) => sum + value, 0) / places.length;
      expect(mean + BIAS[label]!).toBeCloseTo(logits[label]!, 4);
    }
    loaded.dispose();
  });

  it('leave no tensors behind', async () => {
    const loaded = await classifier();
    await loaded.explained([redAt(0, 0)]);
    const before = tf.memory().numTensors;
    await loaded.explained([redAt(0, 0), redAt(1, 1)]);
    expect(tf.memory().numTensors).toBe(before);
    loaded.dispose();
  });
});

describe('a graph with class maps', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it('leaves the graph as it was that it was made from', () => {
    const plain = graph();
    withClassMaps(plain, facts.signature);
    expect(plain).toEqual(graph());
  });

  it('does not run them for who asks for the logits alone', async () => {
    const loaded = await loadGraphModel({ load: async () => withClassMaps(graph(), facts.signature) });
    const batch = tf.zeros([1, SIZE, SIZE, 3]);
    const { kernels } = await tf.profile(() => loaded.execute({ image: batch }, 'logits') as tf.Tensor);
    const names = kernels.map(({ name }) => name);
    expect(names).toContain('_FusedMatMul');
    expect(names).not.toContain('Conv2D');
    loaded.dispose();
  });

  it.each<[string, (node: { name: string; op: string; input?: string[] }) => void]>([
    ['whose logits are no dense layer', (node) => node.name === 'logits' && (node.op = 'Softmax')],
    ['whose features are no average', (node) => node.name === 'features' && (node.op = 'Max')],
    ['that is cut in two', (node) => node.name === 'logits' && (node.input = ['elsewhere', 'kernel'])],
  ])('can’t be made of one %s', (_, change) => {
    const other = graph();
    other.modelTopology.node.forEach(change);
    expect(() => withClassMaps(other, facts.signature)).toThrow(/no class maps/);
  });

  it('refuses a photo of another size, as the logits do', async () => {
    const loaded = await classifier();
    await expect(loaded.explained([new Uint8Array(5)])).rejects.toThrow(RangeError);
    expect(await loaded.explained([])).toEqual([]);
    loaded.dispose();
  });
});
