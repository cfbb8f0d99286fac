import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { modelFrom } from '@mushroom/recognition/bundle/bundle-reader';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { useFastRelu6 } from './relu6.ts';

/** A pretrained convolutional network: image in, pooled features out. */
export interface Backbone {
  name: string;
  /** Of the weights: names what features computed with them are good for. */
  weightsSha256: string;
  model: LayersModel;
  inputSize: number;
  featureSize: number;
  /** The network's own scaling of 0…255 pixels: (x − mean) / deviation. */
  scaling: { mean: number; deviation: number };
}

/** Pixels of 0…255 as the network takes them. */
export function scaled(image: tf.Tensor, { scaling: { mean, deviation } }: Pick<Backbone, 'scaling'>): tf.Tensor {
  return tf.div(tf.sub(image, mean), deviation);
}

/** MobileNet maps 0…255 to −1…1; EfficientNet-Lite uses (x − 127) / 128 (both as published with the weights). */
function scalingOf(name: string): Backbone['scaling'] {
  if (name.startsWith('mobilenet')) return { mean: 127.5, deviation: 127.5 };
  if (name.startsWith('efficientnet_lite')) return { mean: 127, deviation: 128 };
  throw new Error(`${name}: unknown family of backbones, so its pixel scaling is unknown`);
}

/**
 * Reads a layers model from a folder with `model.json` and its weights.
 * @throws Error where a file is missing or the family is unknown.
 */
export async function loadBackbone(directory: string): Promise<Backbone> {
  const name = path.basename(path.resolve(directory)).replace(/_tfjs$/, '');
  const scaling = scalingOf(name);
  const weightsSha256 = sha256(await readFile(path.join(directory, 'weights.bin')));
  const artifacts = await modelFrom(directory).load!();
  const inputSize = freeInputSize(artifacts);
  const model = await loadLayersModel({ load: async () => artifacts });
  useFastRelu6(model);
  const featureSize = model.outputs[0]!.shape.at(-1);
  if (!inputSize || !featureSize) throw new Error(`${name}: input and feature sizes must be fixed`);
  return { name, weightsSha256, model, inputSize, featureSize, scaling };
}

/** The same of a backbone whose weights are no longer those that are stored. */
export function sha256OfWeights({ model }: Backbone): string {
  const hash = createHash('sha256');
  for (const weight of model.trainableWeights) hash.update(weight.read().dataSync() as Float32Array);
  return hash.digest('hex');
}

/** Makes a fully convolutional network take photos of any size, as fine-tuning does. @returns its own size. */
function freeInputSize(artifacts: tf.io.ModelArtifacts): number | undefined {
  const topology = artifacts.modelTopology as { model_config?: Topology } & Topology;
  const { layers } = (topology.model_config ?? topology).config;
  const shape = layers.find((layer) => layer.class_name === 'InputLayer')?.config.batch_input_shape;
  if (!shape) return undefined;
  const size = shape[1] ?? undefined;
  shape[1] = null;
  shape[2] = null;
  return size;
}

/** A layers model's description, as far as it is rewritten. */
export interface Topology {
  config: { layers: LayerJson[] };
}

export interface LayerJson {
  class_name: string;
  config: { name: string; filters?: number; batch_input_shape?: (number | null)[] };
  inbound_nodes: [string, number, number, object][][];
}
