import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { input, layers, loadLayersModel, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Topology } from '../network/backbone.ts';
import { layersModelFiles, slimNetwork, strongestChannels, type NamedWeights } from './slim-network.ts';

const conv = (name: string, filters: number) => layers.conv2d({ name, filters, kernelSize: 1 });

/** A stem, a block that adds to its input, and a last convolution. */
function network(): LayersModel {
  const image = input({ shape: [4, 4, 3] });
  const stem = conv('stem', 5).apply(image) as SymbolicTensor;
  const added = layers
    .add({ name: 'block1_add' })
    .apply([stem, conv('block1_project', 5).apply(stem) as SymbolicTensor]);
  const last = conv('last', 6).apply(added);
  const features = layers.globalAveragePooling2d({ name: 'features' }).apply(last) as SymbolicTensor;
  return model({ inputs: image, outputs: features });
}

const described = (of: LayersModel) => of.toJSON('', false) as unknown as Topology;

function weightsOf(of: LayersModel): NamedWeights {
  return new Map(
    of.weights.map((weight) => [
      weight.originalName,
      { shape: weight.shape as number[], values: weight.read().dataSync() as Float32Array },
    ]),
  );
}

async function loaded(slim: ReturnType<typeof slimNetwork>): Promise<LayersModel> {
  const files = layersModelFiles(slim.topology, slim.weights);
  const { modelTopology, weightsManifest } = JSON.parse(files.modelJson) as tf.io.ModelJSON;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  return loadLayersModel({
    load: async () => ({ modelTopology, weightSpecs, weightData: Uint8Array.from(files.weights).buffer }),
  });
}

beforeAll(() => tf.setBackend('cpu'));

describe('a slimmer network', () => {
  it('gives the features that are kept, as the wide one gives them', async () => {
    const wide = network();
    const slim = await loaded(
      slimNetwork(described(wide), weightsOf(wide), { blocks: [], last: 'last', channels: [4, 1] }),
    );
    const image = tf.randomUniform([1, 4, 4, 3], 0, 1, 'float32', 7);
    const all = (wide.predict(image) as tf.Tensor).dataSync();
    const kept = (slim.predict(image) as tf.Tensor).dataSync();
    expect(kept).toHaveLength(2);
    expect(kept[0]).toBeCloseTo(all[4]!, 5);
    expect(kept[1]).toBeCloseTo(all[1]!, 5);
  });

  it('goes past a block that is left out', async () => {
    const wide = network();
    const [kernel, bias] = wide.getLayer('block1_project').getWeights();
    // A block that adds nothing is not missed.
    wide.getLayer('block1_project').setWeights([tf.zerosLike(kernel!), tf.zerosLike(bias!)]);
    const channels = [0, 1, 2, 3, 4, 5];
    const files = slimNetwork(described(wide), weightsOf(wide), { blocks: ['block1'], last: 'last', channels });
    expect([...files.weights.keys()]).toEqual(['stem/kernel', 'stem/bias', 'last/kernel', 'last/bias']);
    const slim = await loaded(files);
    const image = tf.randomUniform([1, 4, 4, 3], 0, 1, 'float32', 7);
    const expected = (wide.predict(image) as tf.Tensor).dataSync();
    (slim.predict(image) as tf.Tensor)
      .dataSync()
      .forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5));
  });

  it('is not made of a network that lacks the block, the shortcut or the convolution', () => {
    const wide = network();
    const make = (what: Partial<Parameters<typeof slimNetwork>[2]>) => () =>
      slimNetwork(described(wide), weightsOf(wide), { blocks: [], last: 'last', channels: [0], ...what });
    expect(make({ blocks: ['block7'] })).toThrow('block7 is no block with a shortcut');
    expect(make({ last: 'head' })).toThrow('there is no convolution head');
    expect(make({ channels: [6] })).toThrow('last has the channels 0 to 5');
  });
});

describe('the strongest channels', () => {
  const features = [
    [1, 0, 5],
    [3, 0, 5],
  ].map((row) => Float32Array.from(row));
  const kernel = Float32Array.from([0.1, 0.1, 9, 9, 9, 9]);

  it('vary from photo to photo, and count for a class', () => {
    expect(strongestChannels(features, kernel, 1)).toEqual([0]);
  });

  it('keep the order in which the layer has them', () => {
    expect(strongestChannels(features, kernel, 3)).toEqual([0, 1, 2]);
  });
});
