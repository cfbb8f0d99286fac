import { io } from '@tensorflow/tfjs-core';
import { CLASS_MAPS } from '../explanation/class-maps.ts';
import type { Bundle } from './bundle.schema.ts';
import type { GraphNode, GraphTopology } from './graph-node.ts';
import { bytesOf, ELEMENT, OnnxBranch, onnxFileOf, OnnxGraph, type OnnxValue } from './onnx-graph.ts';
import { EXPLAIN } from './onnx-names.ts';

/** The number of photos, which differs from run to run. */
export const BATCH = 'n';

/** From TensorFlow.js's order of dimensions (photos, height, width, channels) to ONNX's, and back. */
export const CHANNELS_FIRST = [0, 3, 1, 2];
export const CHANNELS_LAST = [0, 2, 3, 1];

/** What is read of the attributes of TensorFlow's operations. */
interface Attributes {
  fused_ops?: { list: { s?: string[] } };
  strides?: { list: { i: string[] } };
  dilations?: { list: { i: string[] } };
  padding?: { s: string };
  keep_dims?: { b: boolean };
  transpose_a?: { b: boolean };
  transpose_b?: { b: boolean };
  align_corners?: { b: boolean };
  half_pixel_centers?: { b: boolean };
}

type Node = GraphNode<Attributes>;

interface Signature {
  inputs: Record<string, { tensorShape: { dim: { size: string }[] } }>;
  outputs: Signature['inputs'];
}

/** A constant of a graph model; float16 is kept as its bits. */
type Constant = { shape: number[] } & (
  | { type: 'float16'; values: Uint16Array }
  | { type: 'float'; values: Float32Array }
  | { type: 'int32'; values: Int32Array }
);

/**
 * Writes a graph model of TensorFlow.js as an ONNX model: the bytes of a `*.onnx` file. Its outputs have the names, shapes
 * and values of the graph model's. Its input takes a photo's bytes as they are: uint8, `[n, height, width, 3]`. Weights of
 * float16 stay so in the file; ONNX Runtime widens them when it loads it.
 *
 * @param graphModel what an IO handler of TensorFlow.js loads.
 * @param classifier the names of a classifier's nodes. The model has class maps then, as `withClassMaps` adds them to a
 * graph model: the output `class_maps`, `[n, height, width, labels]`, which is empty unless the input `explain` is true.
 * (ONNX Runtime computes every output of a model, also those that nobody asks for.)
 * @throws Error naming a node that has no counterpart, or a constant without a weight.
 */
export function onnxModelOf(graphModel: io.ModelArtifacts, classifier?: Bundle['signature']): Uint8Array {
  const { node: nodes } = graphModel.modelTopology as GraphTopology<Attributes>;
  const { inputs, outputs } = graphModel.signature as unknown as Signature;
  const writer = new OnnxWriter(constantsOf(graphModel));
  const given = Object.entries(outputs).map(([name, { tensorShape }]) => valueOf(name, 'float', tensorShape));
  const taken = Object.entries(inputs).map(([name, { tensorShape }]) => valueOf(name, 'uint8', tensorShape));
  const maps = given.filter(({ shape }) => shape.length === 4);
  for (const { name } of [...taken, ...maps]) writer.renameInside(name);
  for (const node of nodes) writer.add(node);
  for (const { name } of maps) writer.giveChannelsLast(name);
  if (classifier) {
    taken.push({ name: EXPLAIN, type: 'bool', shape: [] });
    given.push(writer.addClassMaps(nodes, classifier));
  }
  return onnxFileOf(writer.graph, taken, given);
}

function valueOf(name: string, type: OnnxValue['type'], { dim }: { dim: { size: string }[] }): OnnxValue {
  return { name, type, shape: dim.map(({ size }) => (size === '-1' ? BATCH : Number(size))) };
}

/** Adds TensorFlow's operations to an ONNX graph, in which maps have their channels first. */
class OnnxWriter {
  readonly graph = new OnnxGraph('network');
  /** What inputs and outputs are called where they have their channels first. */
  private readonly inside = new Map<string, string>();
  private readonly written = new Map<string, string>();

  constructor(private readonly constants: Map<string, Constant>) {}

  /** An input or an output has its channels last: the name is taken. */
  renameInside(name: string): void {
    this.inside.set(name, `${name}/channels_first`);
  }

  giveChannelsLast(name: string): void {
    this.graph.node('Transpose', [this.nameOf(name)], name, { perm: CHANNELS_LAST });
  }

  add(node: Node): void {
    const { op, input = [], attr = {} } = node;
    const { graph } = this;
    const name = this.nameOf(node.name);
    const [first, second, third] = input as [string, string, string];
    switch (op) {
      case 'Const':
        this.constant(node, node.name);
        return;
      case 'Placeholder':
        graph.node('Cast', [node.name], `${node.name}/float`, { to: ELEMENT.float });
        graph.node('Transpose', [`${node.name}/float`], name, { perm: CHANNELS_FIRST });
        return;
      case 'Mul':
      case 'AddV2': {
        const terms = input.map((term) => (this.constants.has(term) ? this.weight(node, term) : this.nameOf(term)));
        graph.node(op === 'Mul' ? 'Mul' : 'Add', terms, name);
        return;
      }
      case '_FusedConv2D':
      case 'FusedDepthwiseConv2dNative': {
        requireThat(node, attr.dilations?.list.i.every((rate) => rate === '1') ?? true, 'dilations');
        const isDepthwise = op !== '_FusedConv2D';
        const { shape } = this.constant(node, second);
        // Kernels are height × width × inputs × outputs, those of depthwise ones × outputs of an input: one group an input.
        const kernel = this.weight(node, second, isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
        this.addFused(node, 'Conv', [this.nameOf(first), kernel, this.weight(node, third)], {
          kernel_shape: shape.slice(0, 2),
          strides: attr.strides!.list.i.slice(1, 3).map(Number),
          auto_pad: text(attr.padding!.s) === 'SAME' ? 'SAME_UPPER' : 'VALID',
          group: isDepthwise ? shape[2]! : 1,
        });
        return;
      }
      case '_FusedMatMul':
        requireThat(node, !attr.transpose_a?.b && !attr.transpose_b?.b, 'transposition');
        this.addFused(node, 'Gemm', [this.nameOf(first), this.weight(node, second), this.weight(node, third)]);
        return;
      case 'Mean':
        requireThat(node, String(this.constant(node, second).values) === '1,2' && !attr.keep_dims?.b, 'these axes');
        graph.node('GlobalAveragePool', [this.nameOf(first)], `${name}/average`);
        graph.node('Flatten', [`${name}/average`], name);
        return;
      case 'ResizeNearestNeighbor': {
        requireThat(node, !attr.align_corners?.b && !attr.half_pixel_centers?.b, 'centres of pixels');
        const sides = BigInt64Array.from(this.constant(node, second).values, BigInt);
        const sizes = graph.constant(second, { type: 'int64', dims: [sides.length], bytes: bytesOf(sides) });
        graph.node('Resize', [this.nameOf(first), '', '', sizes], name, {
          axes: [2, 3],
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        });
        return;
      }
      default:
        throw new Error(`${node.name}: operations of type ${op} can't be written to an ONNX model`);
    }
  }

  /** @returns the output that it adds: what each place of the last map times the dense kernel is, before the average. */
  addClassMaps(nodes: readonly Node[], signature: Bundle['signature']): OnnxValue {
    const find = (name: string | undefined) => nodes.find((node) => node.name === name);
    const logits = find(signature.logits);
    const pooled = find(logits?.input?.[0]);
    if (logits?.op !== '_FusedMatMul' || pooled?.op !== 'Mean') {
      throw new Error(
        `${signature.logits} does not come from a global average and a dense layer: it has no class maps`,
      );
    }
    const kernel = logits.input![1]!;
    const taken = [this.nameOf(pooled.input![0]!), this.weight(logits, kernel)] as const;
    return addClassMaps(this.graph, this.constant(logits, kernel).shape[1]!, () => taken);
  }

  /** A convolution or a dense layer with its bias, and what is fused to it. */
  private addFused(node: Node, op: string, inputs: string[], attributes: Parameters<OnnxGraph['node']>[3] = {}): void {
    const [bias, activation, ...more] = (node.attr?.fused_ops?.list.s ?? []).map(text);
    requireThat(
      node,
      bias === 'BiasAdd' && more.length === 0 && [undefined, 'Relu6'].includes(activation),
      'its fusing',
    );
    const name = this.nameOf(node.name);
    if (!activation) {
      this.graph.node(op, inputs, name, attributes);
      return;
    }
    const sum = this.graph.node(op, inputs, `${name}/sum`, attributes);
    this.graph.node('Clip', [sum, this.number(0), this.number(6)], name);
  }

  private nameOf(name: string): string {
    return this.inside.get(name) ?? name;
  }

  private constant({ name }: Node, constant: string): Constant {
    const found = this.constants.get(constant);
    if (!found) throw new Error(`${name}: the graph model has no weight of the name ${constant}`);
    return found;
  }

  private number(value: number): string {
    const name = `${value}`;
    if (!this.written.has(name)) {
      const bytes = bytesOf(Float32Array.of(value));
      this.written.set(name, this.graph.constant(name, { type: 'float', dims: [], bytes }));
    }
    return name;
  }

  /**
   * Adds a constant, once. @returns the name that it has as float32.
   * @param order of its dimensions, where it is another than the graph model's.
   */
  private weight(node: Node, constant: string, order?: readonly number[]): string {
    const known = this.written.get(constant);
    if (known) return known;
    const found = this.constant(node, constant);
    const values = order ? transposed(found.values, found.shape, order) : found.values;
    const tensor = {
      type: found.type,
      dims: order ? order.map((dimension) => found.shape[dimension]!) : found.shape,
      bytes: bytesOf(values),
    };
    const narrow = found.type === 'float16';
    let name = this.graph.constant(narrow ? `${constant}/float16` : constant, tensor);
    if (narrow) name = this.graph.node('Cast', [name], constant, { to: ELEMENT.float });
    this.written.set(constant, name);
    return name;
  }
}

/**
 * Adds the output `class_maps`: the last map times the dense layer's kernel where `explain` is true, empty otherwise.
 * @param take the names of the last map (channels first) and of the kernel (`[channels, labels]`), both of float32. What it
 * adds to the branch is computed only where it is needed.
 */
export function addClassMaps(
  graph: OnnxGraph,
  labels: number,
  take: (branch: OnnxGraph) => readonly [lastMap: string, kernel: string],
): OnnxValue {
  const output = { name: CLASS_MAPS, type: 'float', shape: [BATCH, 'height', 'width', labels] } as const;
  const shown = new OnnxBranch('explained', { ...output, name: `${CLASS_MAPS}/shown` });
  const [lastMap, kernel] = take(shown);
  shown.node('Transpose', [lastMap], `${CLASS_MAPS}/last_map`, { perm: CHANNELS_LAST });
  shown.node('MatMul', [`${CLASS_MAPS}/last_map`, kernel], `${CLASS_MAPS}/shown`);
  const empty = new OnnxBranch('unexplained', { ...output, name: `${CLASS_MAPS}/empty` });
  const nothing = { type: 'float', dims: [0, 0, 0, labels], bytes: new Uint8Array() } as const;
  empty.node('Constant', [], `${CLASS_MAPS}/empty`, { value: nothing });
  graph.node('If', [EXPLAIN], CLASS_MAPS, { then_branch: shown, else_branch: empty });
  return output;
}

/** By hand, where `decodeWeights` would need a backend and widen float16. */
function constantsOf({ weightData, weightSpecs }: io.ModelArtifacts): Map<string, Constant> {
  const bytes = io.concatenateArrayBuffers([weightData!].flat());
  const constants = new Map<string, Constant>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of weightSpecs!) {
    const count = shape.reduce((product, size) => product * size, 1);
    const storedAs = (quantization?.dtype ?? dtype) as string;
    const width = { uint8: 1, uint16: 2, float16: 2, float32: 4, int32: 4 }[storedAs];
    if (!width) throw new Error(`${name}: constants of type ${dtype} can't be written to an ONNX model`);
    const own = bytes.slice(at, (at += count * width));
    const { scale = 1, min = 0 } = quantization ?? {};
    switch (storedAs) {
      case 'float16':
        constants.set(name, { shape, type: 'float16', values: new Uint16Array(own) });
        break;
      case 'int32':
        constants.set(name, { shape, type: 'int32', values: new Int32Array(own) });
        break;
      case 'float32':
        constants.set(name, { shape, type: 'float', values: new Float32Array(own) });
        break;
      default: {
        const steps = width === 1 ? new Uint8Array(own) : new Uint16Array(own);
        constants.set(name, { shape, type: 'float', values: Float32Array.from(steps, (step) => step * scale + min) });
      }
    }
  }
  return constants;
}

/** Values whose dimensions are in another order. @param order for each dimension, which one it was. */
export function transposed<Values extends Uint16Array | Float32Array | Int32Array | Int8Array>(
  values: Values,
  shape: readonly number[],
  order: readonly number[],
): Values {
  const strides = shape.map((_, dimension) => shape.slice(dimension + 1).reduce((product, size) => product * size, 1));
  const result = values.slice() as Values;
  const sizes = order.map((dimension) => shape[dimension]!);
  const steps = order.map((dimension) => strides[dimension]!);
  const place = order.map(() => 0);
  for (let at = 0, from = 0; at < result.length; at++) {
    result[at] = values[from]!;
    for (let dimension = order.length - 1; dimension >= 0; dimension--) {
      from += steps[dimension]!;
      if (++place[dimension]! < sizes[dimension]!) break;
      from -= steps[dimension]! * sizes[dimension]!;
      place[dimension] = 0;
    }
  }
  return result;
}

const text = (base64: string) => Buffer.from(base64, 'base64').toString();

function requireThat({ name, op }: Node, isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`${name}: ${op} with ${what} can't be written to an ONNX model`);
}
