import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model as layersModel } from '@tensorflow/tfjs-layers';
import seedrandom from 'seedrandom';

/** Named for its family: pixel scaling goes by it. */
const NAME = 'efficientnet_lite_tiny';
const SIZE = 32;

/**
 * Writes a backbone with each kind of layer that EfficientNet-Lite has, and so few weights that the cpu backend fine-tunes
 * it in seconds: for specs.
 *
 * @returns its folder.
 */
export async function writeTinyBackbone(parent: string): Promise<string> {
  const random = seedrandom(NAME);
  const relu6 = (name: string) => layers.reLU({ maxValue: 6, name });
  const convolution = (name: string, filters: number, kernelSize: number, strides = 1) =>
    layers.conv2d({ name, filters, kernelSize, strides, padding: 'same' });
  const image = input({ shape: [SIZE, SIZE, 3], name: 'image' });
  // The wasm backend computes no convolution whose stride exceeds its kernel; it gives zeros without a word.
  const stem = relu6('stem_relu').apply(convolution('stem', 8, 5, 4).apply(image));
  const depthwise = layers.depthwiseConv2d({ name: 'block0_depthwise', kernelSize: 3, padding: 'same' }).apply(stem);
  const project = convolution('block0_project', 8, 1).apply(relu6('block0_depthwise_relu').apply(depthwise));
  const sum = layers.add({ name: 'block0_add' }).apply([project, stem] as never);
  const head = relu6('head_relu').apply(convolution('head', 16, 1).apply(sum));
  const features = layers.globalAveragePooling2d({ name: 'features' }).apply(head);
  const network = layersModel({ inputs: image, outputs: features as never });
  network.setWeights(
    network.getWeights().map(({ shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: size }, () => random() - 0.5);
      return tf.tensor(shape.length === 1 ? new Float32Array(size) : values, shape);
    }),
  );

  const folder = path.join(parent, NAME);
  await mkdir(folder, { recursive: true });
  await network.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(path.join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
      await writeFile(path.join(folder, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  network.dispose();
  return folder;
}
