import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { writeGraph } from '../pack/graph-model.ts';
import { loadBackbone, type Backbone } from '../network/backbone.ts';
import { newDecoder, weightsOf } from './decoder.ts';
import { featureMapsOf, LEVELS } from './feature-levels.ts';
import { MASK, maskSide, outlineNetwork } from './outline-network.ts';
import { decodeMaps } from './train-decoder.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let backbone: Backbone;
beforeAll(async () => {
  await startBackend('auto');
  backbone = await loadBackbone(fileURLToPath(new URL('../../../backbones/efficientnet_lite0_224', import.meta.url)));
});

describe('the network that is packed', () => {
  it('says what backbone and decoder say in training, but for float16 weights', async () => {
    const decoder = newDecoder(7);
    const { size } = { size: backbone.inputSize };
    const random = seedrandom('pixels');
    const input = Uint8Array.from({ length: size * size * 3 }, () => Math.floor(random() * 256));
    const [maps] = await featureMapsOf(backbone, [input]);
    const [wanted] = decodeMaps([maps!], decoder);

    const side = maskSide(backbone);
    const { modelJson, weights } = writeGraph(outlineNetwork(backbone, weightsOf(decoder)), {
      [MASK]: [side, side, 1],
    });
    const model = JSON.parse(modelJson);
    const graph = await loadGraphModel({
      load: async () => ({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest[0].weights,
        weightData: new Uint8Array(weights).buffer,
        signature: model.signature,
      }),
    });
    const got = graph.execute({ image: tf.tensor4d(input, [1, size, size, 3], 'float32') }, MASK) as tf.Tensor;
    expect(got.shape).toEqual([1, side, side, 1]);
    const values = got.dataSync();
    const scale = Math.max(...wanted!.map(Math.abs));
    const differences = wanted!.map((value, cell) => Math.abs(value - values[cell]!) / scale);
    expect(Math.max(...differences)).toBeLessThan(0.02);
  });

  it('leaves out what no level needs: half of the backbone’s weights', () => {
    const { operations } = outlineNetwork(backbone, weightsOf(newDecoder(1)));
    expect(operations.some(({ name }) => name === LEVELS.at(-1)!.layer)).toBe(true);
    expect(operations.some(({ name }) => name.startsWith('block13'))).toBe(false);
  });
});
