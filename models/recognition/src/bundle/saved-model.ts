import * as tf from '@tensorflow/tfjs-core';
import type { GraphNode, GraphTopology } from './graph-node.ts';
import { savedModelType } from './saved-model-proto.ts';

/** The name of the one file that a SavedModel of constants has. */
export const SAVED_MODEL_FILE = 'saved_model.pb';

/** What TF Serving, `tf.saved_model.load` and tfjs-node look for where nothing else is asked of them. */
export const SAVED_MODEL_TAG = 'serve';
export const DEFAULT_SIGNATURE = 'serving_default';
/** The signature of a SavedModel that also tells where in a photo it looked. */
export const EXPLAINED_SIGNATURE = 'explained';
const PREDICT = 'tensorflow/serving/predict';

/** A value of an attribute in protobuf's JSON, such as `{ type: 'DT_FLOAT' }`. Bytes are base64, or bytes. */
type Attributes = Record<string, object>;

type Node = GraphNode<Attributes>;

interface TensorInfo {
  name: string;
  dtype: string;
  tensorShape: object;
}

interface Signature {
  inputs: Record<string, TensorInfo>;
  outputs: Record<string, TensorInfo>;
}

/** TensorFlow.js's fused kernels, by the operation that each begins with, and the attributes which that one has. */
const CONVOLUTION = ['T', 'strides', 'padding', 'explicit_paddings', 'data_format', 'dilations'];
const FUSED: Record<string, { op: string; attributes: string[] }> = {
  _FusedConv2D: { op: 'Conv2D', attributes: CONVOLUTION },
  FusedDepthwiseConv2dNative: { op: 'DepthwiseConv2dNative', attributes: CONVOLUTION },
  _FusedMatMul: { op: 'MatMul', attributes: ['T', 'transpose_a', 'transpose_b'] },
};

/** Activations that take no input but the one before them. */
const ACTIVATIONS = ['Relu', 'Relu6', 'Elu', 'Sigmoid', 'Tanh'];

/**
 * Writes a TensorFlow.js graph model as a TensorFlow SavedModel: the bytes of its `saved_model.pb`. The weights are
 * constants of the graph, so there is no checkpoint beside it. Tag `serve`; signature `serving_default`, and others where
 * they are given; inputs, outputs and their names are the graph model's.
 *
 * TensorFlow keeps its fused kernels to itself (a graph with an operation named `_Fused…` is refused), so they are
 * written as the operations that they consist of; TensorFlow's own optimiser fuses them again when it loads them.
 *
 * @param graphModel what an IO handler of TensorFlow.js loads. Its weights are widened by the active backend's process.
 * @param signatures by name, in the form that a graph model has its own.
 * @throws Error naming a node that has no counterpart, or a constant without a weight.
 */
export function savedModelOf(
  graphModel: tf.io.ModelArtifacts,
  signatures: Record<string, object> = { [DEFAULT_SIGNATURE]: graphModel.signature! },
): Uint8Array {
  const { node, versions } = graphModel.modelTopology as GraphTopology<Attributes> & { versions: object };
  const written = Object.entries(signatures as Record<string, Signature>);
  const weights = tf.io.decodeWeights(
    tf.io.concatenateArrayBuffers([graphModel.weightData!].flat()),
    graphModel.weightSpecs!,
  );
  try {
    const inputs = written.flatMap(([, signature]) => Object.values(signature.inputs));
    const placeholders = new Map(inputs.map((info) => [nodeOf(info.name), info]));
    const message = savedModelType.fromObject({
      savedModelSchemaVersion: 1,
      metaGraphs: [
        {
          metaInfoDef: { tags: [SAVED_MODEL_TAG] },
          graphDef: { node: node.flatMap((each) => withoutFusing(each, placeholders, weights)), versions },
          signatureDef: Object.fromEntries(
            written.map(([name, signature]) => [name, { ...signature, methodName: PREDICT }]),
          ),
        },
      ],
    });
    return savedModelType.encode(message).finish();
  } finally {
    tf.dispose(weights);
  }
}

/** A tensor's name without the number of the output: `image:0` → `image`. */
const nodeOf = (tensor: string) => tensor.replace(/:\d+$/, '');

function withoutFusing(node: Node, placeholders: Map<string, TensorInfo>, weights: tf.NamedTensorMap): Node[] {
  const { name, op } = node;
  if (op === 'Const') return [constant(name, weights)];
  const info = placeholders.get(name);
  if (info) return [{ name, op, attr: { dtype: { type: info.dtype }, shape: { shape: info.tensorShape } } }];
  const base = FUSED[op];
  if (base) return unfused(node, base);
  if (/^_|^Fused/.test(op)) throw new Error(`${name}: operations of type ${op} can't be written to a SavedModel`);
  return [node];
}

function constant(name: string, weights: tf.NamedTensorMap): Node {
  const weight = weights[name];
  if (!weight) throw new Error(`${name}: the graph model has no weight of this name`);
  const values = weight.dataSync();
  const dtype = values instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32';
  if (weight.dtype !== 'float32' && weight.dtype !== 'int32') {
    throw new Error(`${name}: constants of type ${weight.dtype} can't be written to a SavedModel`);
  }
  const tensor = {
    dtype,
    tensorShape: { dim: weight.shape.map((size) => ({ size })) },
    // Little-endian, as every platform that TensorFlow.js runs on has it.
    tensorContent: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
  return { name, op: 'Const', attr: { dtype: { type: dtype }, value: { tensor } } };
}

/** The last operation takes the fused one's name, so that whoever reads its output finds it. */
function unfused({ name, op, input, attr }: Node, base: { op: string; attributes: string[] }): Node[] {
  const fused = (attr?.fused_ops as { list?: { s?: string[] } } | undefined)?.list?.s ?? [];
  const [bias, activation, ...more] = fused.map((text) => Buffer.from(text, 'base64').toString());
  if (bias !== 'BiasAdd' || more.length > 0 || (activation && !ACTIVATIONS.includes(activation))) {
    throw new Error(`${name}: ${op} with ${[bias, activation, ...more].join(', ')} can't be written to a SavedModel`);
  }
  const [photo, kernel, biases] = input as [string, string, string];
  const T = attr!.T!;
  const product = `${name}/${base.op}`;
  const sum = activation ? `${name}/${bias}` : name;
  const nodes: Node[] = [
    { name: product, op: base.op, input: [photo, kernel], attr: only(base.attributes, attr!) },
    { name: sum, op: bias, input: [product, biases], attr: { T } },
  ];
  if (activation) nodes.push({ name, op: activation, input: [sum], attr: { T } });
  return nodes;
}

function only(names: readonly string[], attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}
