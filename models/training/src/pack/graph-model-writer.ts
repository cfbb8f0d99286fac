import type { io } from '@tensorflow/tfjs-core';
import type { GraphNode } from '@mushroom/recognition/bundle/graph-node';
import type { GraphModelFiles } from './graph-model-files.ts';
import type { EncodedWeights } from './weight-encoding.ts';

/** The one file that holds the weights. */
export const WEIGHTS_FILE = 'weights.bin';

const FLOAT = { type: 'DT_FLOAT' };

const text = (value: string) => Buffer.from(value).toString('base64');
const integers = (values: number[]) => ({ list: { i: values.map(String) } });
const texts = (values: string[]) => ({ list: { s: values.map(text) } });
const dimensions = (shape: readonly number[]) => ({ shape: { dim: shape.map((size) => ({ size: String(size) })) } });

/** Attributes of a node that has further operations fused to it. */
const fusedWith = (operations: string[]) => ({ num_args: { i: '1' }, fused_ops: texts(operations), epsilon: { f: 0 } });

/**
 * Writes a TensorFlow.js graph model, operation after operation, for networks that take square photos.
 * Format: tfjs-converter's `model.json`, a GraphDef in protobuf's JSON.
 */
export class GraphModelWriter {
  private readonly nodes: GraphNode[] = [];
  private readonly specs: io.WeightsManifestEntry[] = [];
  private readonly buffers: Buffer[] = [];

  constructor(
    private readonly inputName: string,
    private readonly inputSize: number,
  ) {
    const shape = dimensions([-1, inputSize, inputSize, 3]);
    this.nodes.push({ name: inputName, op: 'Placeholder', attr: { dtype: FLOAT, shape } });
  }

  /** @returns the name, as all that add something. */
  weights(name: string, shape: number[], { bytes, ...encoding }: EncodedWeights): string {
    return this.constant({ name, shape, dtype: 'float32', ...encoding }, bytes);
  }

  /** Numbers at full width, such as the scaling of pixels. A single one has no dimensions unless it is given some. */
  numbers(name: string, values: Float32Array, shape: number[] = values.length === 1 ? [] : [values.length]): string {
    return this.constant({ name, shape, dtype: 'float32' }, Buffer.from(values.slice().buffer));
  }

  wholes(name: string, ...values: number[]): string {
    return this.constant({ name, shape: [values.length], dtype: 'int32' }, Buffer.from(Int32Array.from(values).buffer));
  }

  node(name: string, op: string, input: string[], attr: object = {}): string {
    this.nodes.push({ name, op, input, attr: { T: FLOAT, ...attr } });
    return name;
  }

  /** A convolution with its bias. `input`: what it takes, its kernel, its bias. */
  convolution(
    name: string,
    input: string[],
    { op, stride, padding, relu6 }: { op: 'conv' | 'depthwise'; stride: number; padding: string; relu6: boolean },
  ): string {
    return this.node(name, op === 'conv' ? '_FusedConv2D' : 'FusedDepthwiseConv2dNative', input, {
      ...fusedWith(relu6 ? ['BiasAdd', 'Relu6'] : ['BiasAdd']),
      strides: integers([1, stride, stride, 1]),
      dilations: integers([1, 1, 1, 1]),
      padding: { s: text(padding.toUpperCase()) },
      data_format: { s: text('NHWC') },
      explicit_paddings: { list: {} },
    });
  }

  /** A dense layer with its bias. `input`: what it takes, its kernel, its bias. */
  dense(name: string, input: string[]): string {
    return this.node(name, '_FusedMatMul', input, {
      ...fusedWith(['BiasAdd']),
      transpose_a: { b: false },
      transpose_b: { b: false },
    });
  }

  /** The mean or the sum over all places of a map. */
  overPlaces(name: string, op: 'Mean' | 'Sum', input: string): string {
    const axes = this.wholes(`${name}/axes`, 1, 2);
    return this.node(name, op, [input, axes], { Tidx: { type: 'DT_INT32' }, keep_dims: { b: false } });
  }

  /** @param outputs the shapes of the nodes whose values are wanted, without the batch's, by name. */
  files(outputs: Record<string, number[]>): GraphModelFiles {
    const tensor = (name: string, shape: number[]) => ({
      name: `${name}:0`,
      dtype: 'DT_FLOAT',
      tensorShape: dimensions([-1, ...shape]).shape,
    });
    const { inputName, inputSize: size } = this;
    const model = {
      format: 'graph-model',
      generatedBy: '@mushroom/training',
      convertedBy: null,
      signature: {
        inputs: { [inputName]: tensor(inputName, [size, size, 3]) },
        outputs: Object.fromEntries(Object.entries(outputs).map(([name, shape]) => [name, tensor(name, shape)])),
      },
      modelTopology: { node: this.nodes, versions: { producer: 440 } },
      weightsManifest: [{ paths: [WEIGHTS_FILE], weights: this.specs }],
    };
    return { modelJson: JSON.stringify(model), weights: Buffer.concat(this.buffers) };
  }

  private constant(spec: io.WeightsManifestEntry & { dtype: 'float32' | 'int32' }, bytes: Buffer): string {
    const type = spec.dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT';
    const value = { tensor: { dtype: type, tensorShape: dimensions(spec.shape).shape } };
    this.nodes.push({ name: spec.name, op: 'Const', attr: { dtype: { type }, value } });
    this.specs.push(spec);
    this.buffers.push(bytes);
    return spec.name;
  }
}
