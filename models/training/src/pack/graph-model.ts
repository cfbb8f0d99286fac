import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { io } from '@tensorflow/tfjs-core';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { onnxModelOf } from '@mushroom/recognition/bundle/onnx-model';
import type { OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { GraphNode } from '@mushroom/recognition/bundle/graph-node';
import type { Network, OperationGraph, Weights } from '../network/network.ts';
import { encodeWeights } from './weight-encoding.ts';

/** A TensorFlow.js graph model: the text of `model.json`, and the one weight file it names. */
export interface GraphModelFiles {
  modelJson: string;
  weights: Buffer;
}

const WEIGHTS_FILE = 'weights.bin';
const FLOAT = { type: 'DT_FLOAT' };

const text = (value: string) => Buffer.from(value).toString('base64');
const integers = (values: number[]) => ({ list: { i: values.map(String) } });
const texts = (values: string[]) => ({ list: { s: values.map(text) } });
const dimensions = (shape: number[]) => ({ shape: { dim: shape.map((size) => ({ size: String(size) })) } });

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
 * Format: tfjs-converter's `model.json`, a GraphDef in protobuf's JSON.
 *
 * @param outputs the shapes of the operations whose values are wanted, without the batch's, by name.
 */
export function writeGraph(network: OperationGraph, outputs: Record<string, number[]>): GraphModelFiles {
  const nodes: GraphNode[] = [];
  const specs: io.WeightsManifestEntry[] = [];
  const buffers: Buffer[] = [];

  function constant(
    { name, shape, dtype, ...encoding }: io.WeightsManifestEntry & { dtype: 'float32' | 'int32' },
    bytes: Buffer,
  ): string {
    const type = dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT';
    const value = { tensor: { dtype: type, tensorShape: dimensions(shape).shape } };
    nodes.push({ name, op: 'Const', attr: { dtype: { type }, value } });
    specs.push({ name, shape, dtype, ...encoding });
    buffers.push(bytes);
    return name;
  }

  /** Full width: the scaling of pixels and the axes of a mean must be exact. */
  const numbers = (name: string, ...values: number[]) =>
    constant({ name, shape: [], dtype: 'float32' }, Buffer.from(Float32Array.from(values).buffer));
  const wholes = (name: string, ...values: number[]) =>
    constant({ name, shape: [values.length], dtype: 'int32' }, Buffer.from(Int32Array.from(values).buffer));

  function weights(name: string, { shape, values }: Weights): string {
    const { bytes, ...encoding } = encodeWeights(values, 'float16');
    return constant({ name, shape, dtype: 'float32', ...encoding }, bytes);
  }

  const node = (name: string, op: string, input: string[], attr: object = {}) =>
    nodes.push({ name, op, input, attr: { T: FLOAT, ...attr } });
  const fusedWith = (operations: string[]) => ({ num_args: { i: '1' }, fused_ops: texts(operations) });

  const size = network.inputSize;
  nodes.push({
    name: network.inputName,
    op: 'Placeholder',
    attr: { dtype: FLOAT, shape: dimensions([-1, size, size, 3]) },
  });
  for (const operation of network.operations) {
    const { name } = operation;
    switch (operation.op) {
      case 'scale': {
        const factor = numbers(`${name}/factor`, operation.multiply);
        const offset = numbers(`${name}/offset`, operation.add);
        node(`${name}/product`, 'Mul', [operation.input, factor]);
        node(name, 'AddV2', [`${name}/product`, offset]);
        break;
      }
      case 'conv':
      case 'depthwise': {
        const kernel = weights(`${name}/kernel`, operation.kernel);
        const bias = weights(`${name}/bias`, operation.bias);
        const op = operation.op === 'conv' ? '_FusedConv2D' : 'FusedDepthwiseConv2dNative';
        node(name, op, [operation.input, kernel, bias], {
          ...fusedWith(operation.relu6 ? ['BiasAdd', 'Relu6'] : ['BiasAdd']),
          strides: integers([1, operation.stride, operation.stride, 1]),
          dilations: integers([1, 1, 1, 1]),
          padding: { s: text(operation.padding.toUpperCase()) },
          data_format: { s: text('NHWC') },
          explicit_paddings: { list: {} },
          epsilon: { f: 0 },
        });
        break;
      }
      case 'add':
        node(name, 'AddV2', [...operation.inputs]);
        break;
      case 'upsample': {
        const sides = wholes(`${name}/size`, operation.side, operation.side);
        const exact = { align_corners: { b: false }, half_pixel_centers: { b: false } };
        node(name, 'ResizeNearestNeighbor', [operation.input, sides], exact);
        break;
      }
      case 'mean': {
        const axes = wholes(`${name}/axes`, 1, 2);
        node(name, 'Mean', [operation.input, axes], { Tidx: { type: 'DT_INT32' }, keep_dims: { b: false } });
        break;
      }
      case 'dense': {
        const kernel = weights(`${name}/kernel`, operation.kernel);
        const bias = weights(`${name}/bias`, operation.bias);
        node(name, '_FusedMatMul', [operation.input, kernel, bias], {
          ...fusedWith(['BiasAdd']),
          transpose_a: { b: false },
          transpose_b: { b: false },
          epsilon: { f: 0 },
        });
        break;
      }
    }
  }

  const tensor = (name: string, shape: number[]) => ({
    name: `${name}:0`,
    dtype: 'DT_FLOAT',
    tensorShape: dimensions(shape).shape,
  });
  const model = {
    format: 'graph-model',
    generatedBy: '@mushroom/training',
    convertedBy: null,
    signature: {
      inputs: { [network.inputName]: tensor(network.inputName, [-1, size, size, 3]) },
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, shape]) => [name, tensor(name, [-1, ...shape])])),
    },
    modelTopology: { node: nodes, versions: { producer: 440 } },
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: specs }],
  };
  return { modelJson: JSON.stringify(model), weights: Buffer.concat(buffers) };
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
