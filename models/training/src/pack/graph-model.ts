import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { io } from '@tensorflow/tfjs-core';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { onnxModelOf } from '@mushroom/recognition/bundle/onnx-model';
import type { OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { Network, OperationGraph, Weights } from '../network/network.ts';
import type { GraphModelFiles } from './graph-model-files.ts';
import { GraphModelWriter, WEIGHTS_FILE } from './graph-model-writer.ts';
import { encodeWeights } from './weight-encoding.ts';

/** A classifier as a graph model, with its logits and features as outputs. */
export function graphModelOf(network: Network): GraphModelFiles {
  const dense = network.operations.find((operation) => operation.name === network.logits);
  if (dense?.op !== 'dense') throw new Error('the logits must come from a dense layer');
  const [featureSize, classes] = dense.kernel.shape as [number, number];
  return writeGraph(network, { [network.logits]: [classes], [network.features]: [featureSize] });
}

/**
 * Writes operations as a TensorFlow.js graph model with fused kernels (`_FusedConv2D`,
 * `FusedDepthwiseConv2dNative`, `_FusedMatMul`) and float16 weights, which every backend widens to float32 at load.
 *
 * @param outputs the shapes of the operations whose values are wanted, without the batch's, by name.
 */
export function writeGraph(network: OperationGraph, outputs: Record<string, number[]>): GraphModelFiles {
  const writer = new GraphModelWriter(network.inputName, network.inputSize);
  const weights = (name: string, { shape, values }: Weights) =>
    writer.weights(name, shape, encodeWeights(values, 'float16'));
  for (const operation of network.operations) {
    const { name } = operation;
    switch (operation.op) {
      case 'scale': {
        const factor = writer.numbers(`${name}/factor`, Float32Array.of(operation.multiply));
        const offset = writer.numbers(`${name}/offset`, Float32Array.of(operation.add));
        writer.node(`${name}/product`, 'Mul', [operation.input, factor]);
        writer.node(name, 'AddV2', [`${name}/product`, offset]);
        break;
      }
      case 'conv':
      case 'depthwise': {
        const kernel = weights(`${name}/kernel`, operation.kernel);
        const bias = weights(`${name}/bias`, operation.bias);
        writer.convolution(name, [operation.input, kernel, bias], operation);
        break;
      }
      case 'add':
        writer.node(name, 'AddV2', [...operation.inputs]);
        break;
      case 'upsample': {
        const sides = writer.wholes(`${name}/size`, operation.side, operation.side);
        const exact = { align_corners: { b: false }, half_pixel_centers: { b: false } };
        writer.node(name, 'ResizeNearestNeighbor', [operation.input, sides], exact);
        break;
      }
      case 'mean':
        writer.overPlaces(name, 'Mean', operation.input);
        break;
      case 'dense': {
        const kernel = weights(`${name}/kernel`, operation.kernel);
        const bias = weights(`${name}/bias`, operation.bias);
        writer.dense(name, [operation.input, kernel, bias]);
        break;
      }
    }
  }
  return writer.files(outputs);
}

/** The graph of a bundle as its files are. */
export async function readGraph({ directory }: Pick<OpenBundle, 'directory'>): Promise<GraphModelFiles> {
  const read = (file: string) => readFile(path.join(directory, 'graph', file));
  return { modelJson: String(await read('model.json')), weights: await read(WEIGHTS_FILE) };
}

/** A graph model as the bytes of an ONNX model. @param classifier the names of its nodes, where it is a classifier. */
export async function onnxOf(files: GraphModelFiles, classifier?: Bundle['signature']): Promise<Uint8Array> {
  return onnxModelOf(await graphInMemory(files).load!(), classifier);
}

/** What a graph takes to download: as it is, and compressed as the service sends it. */
export function downloadOf({ modelJson, weights }: GraphModelFiles): { bytes: number; compressedBytes: number } {
  const files = [Buffer.from(modelJson), weights];
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    bytes: sum(files.map(({ length }) => length)),
    compressedBytes: sum(files.map((file) => gzipSync(file).length)),
  };
}

/** A graph model that is loaded without having been written. */
export function graphInMemory({ modelJson, weights }: GraphModelFiles): io.IOHandler {
  const model = JSON.parse(modelJson) as io.ModelJSON;
  const specs = model.weightsManifest.flatMap((group) => group.weights);
  const bytes = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer;
  return { load: async () => io.getModelArtifactsForJSONSync(model, specs, bytes) };
}
