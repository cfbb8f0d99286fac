import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { io } from '@tensorflow/tfjs-core';
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
  const classes = network.operations.find((operation) => operation.name === network.logits);
  if (classes?.op !== 'dense') throw new Error('the logits must come from a dense layer');
  const [featureSize, leaves] = classes.kernel.shape as [number, number];
  return writeGraph(network, { [network.logits]: [leaves], [network.features]: [featureSize] });
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

  function constant(name: string, { shape, values }: Weights): string {
    nodes.push({
      name,
      op: 'Const',
      attr: { dtype: FLOAT, value: { tensor: { dtype: 'DT_FLOAT', ...{ tensorShape: dimensions(shape).shape } } } },
    });
    const { bytes, ...encoding } = encodeWeights(values, 'float16');
    specs.push({ name, shape, dtype: 'float32', ...encoding });
    buffers.push(bytes);
    return name;
  }

  /** Full width: the scaling of pixels and the axes of a mean must be exact. */
  function exactConstant(name: string, shape: number[], values: Float32Array | Int32Array): string {
    const isInteger = values instanceof Int32Array;
    const dtype = isInteger ? 'DT_INT32' : 'DT_FLOAT';
    nodes.push({
      name,
      op: 'Const',
      attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: dimensions(shape).shape } } },
    });
    specs.push({ name, shape, dtype: isInteger ? 'int32' : 'float32' });
    buffers.push(Buffer.from(values.buffer));
    return name;
  }

  const size = network.inputSize;
  nodes.push({
    name: network.inputName,
    op: 'Placeholder',
    attr: { dtype: FLOAT, ...dimensions([-1, size, size, 3]) },
  });
  for (const operation of network.operations) {
    const { name } = operation;
    switch (operation.op) {
      case 'scale': {
        const factor = exactConstant(`${name}/factor`, [], Float32Array.of(operation.multiply));
        const offset = exactConstant(`${name}/offset`, [], Float32Array.of(operation.add));
        nodes.push({ name: `${name}/product`, op: 'Mul', input: [operation.input, factor], attr: { T: FLOAT } });
        nodes.push({ name, op: 'AddV2', input: [`${name}/product`, offset], attr: { T: FLOAT } });
        break;
      }
      case 'conv':
      case 'depthwise': {
        const kernel = constant(`${name}/kernel`, operation.kernel);
        const bias = constant(`${name}/bias`, operation.bias);
        nodes.push({
          name,
          op: operation.op === 'conv' ? '_FusedConv2D' : 'FusedDepthwiseConv2dNative',
          input: [operation.input, kernel, bias],
          attr: {
            T: FLOAT,
            num_args: { i: '1' },
            fused_ops: texts(operation.relu6 ? ['BiasAdd', 'Relu6'] : ['BiasAdd']),
            strides: integers([1, operation.stride, operation.stride, 1]),
            dilations: integers([1, 1, 1, 1]),
            padding: { s: text(operation.padding.toUpperCase()) },
            data_format: { s: text('NHWC') },
            explicit_paddings: { list: {} },
            epsilon: { f: 0 },
          },
        });
        break;
      }
      case 'add':
        nodes.push({ name, op: 'AddV2', input: [...operation.inputs], attr: { T: FLOAT } });
        break;
      case 'upsample': {
        const size = exactConstant(`${name}/size`, [2], Int32Array.of(operation.side, operation.side));
        nodes.push({
          name,
          op: 'ResizeNearestNeighbor',
          input: [operation.input, size],
          attr: { T: FLOAT, align_corners: { b: false }, half_pixel_centers: { b: false } },
        });
        break;
      }
      case 'mean': {
        const axes = exactConstant(`${name}/axes`, [2], Int32Array.of(1, 2));
        nodes.push({
          name,
          op: 'Mean',
          input: [operation.input, axes],
          attr: { T: FLOAT, Tidx: { type: 'DT_INT32' }, keep_dims: { b: false } },
        });
        break;
      }
      case 'dense': {
        const kernel = constant(`${name}/kernel`, operation.kernel);
        const bias = constant(`${name}/bias`, operation.bias);
        nodes.push({
          name,
          op: '_FusedMatMul',
          input: [operation.input, kernel, bias],
          attr: {
            T: FLOAT,
            num_args: { i: '1' },
            fused_ops: texts(['BiasAdd']),
            transpose_a: { b: false },
            transpose_b: { b: false },
            epsilon: { f: 0 },
          },
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
export function graphInMemory(graph: GraphModelFiles): io.IOHandler {
  const model = JSON.parse(graph.modelJson) as io.ModelJSON;
  const weights = graph.weights;
  return {
    load: async () => ({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer,
      signature: model.signature,
    }),
  };
}
