import { onnxModelType } from './onnx-proto.ts';

/** Numbers of the element types, as `TensorProto.DataType` has them. */
export const ELEMENT = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type ElementType = keyof typeof ELEMENT;

/** The newest IR version that ONNX Runtime has read for years; operators are those of opset 18. */
const IR_VERSION = 8;
const OPSET = 18;

/** A tensor that comes into a graph or out of it. A text is the name of a size that differs from run to run. */
export interface OnnxValue {
  name: string;
  type: ElementType;
  shape: readonly (number | string)[];
}

interface OnnxTensor {
  type: ElementType;
  dims: readonly number[];
  /** Little-endian. */
  bytes: Uint8Array;
}

type Attribute = number | string | readonly number[] | OnnxTensor | OnnxBranch;

/** A graph of ONNX operators that is being written, node after node. A node is named by what it gives. */
export class OnnxGraph {
  private readonly nodes: object[] = [];
  private readonly initializers: object[] = [];

  constructor(private readonly name: string) {}

  /** Adds a constant. They are not among the graph's inputs: ONNX Runtime would not fold those into its kernels. */
  constant(name: string, tensor: OnnxTensor): string {
    this.initializers.push({ name, ...tensorMessage(tensor) });
    return name;
  }

  /** @returns the name of what the node gives, which has to be new. */
  node(op: string, inputs: readonly string[], output: string, attributes: Record<string, Attribute> = {}): string {
    const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...attributeMessage(value) }));
    this.nodes.push({ name: output, opType: op, input: inputs, output: [output], attribute });
    return output;
  }

  /** A graph within a node takes what it needs from the graph around it: it has no inputs of its own. */
  message(inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): object {
    return {
      name: this.name,
      node: this.nodes,
      initializer: this.initializers,
      input: inputs.map(valueMessage),
      output: outputs.map(valueMessage),
    };
  }
}

/** A branch of an `If`. */
export class OnnxBranch extends OnnxGraph {
  constructor(
    name: string,
    readonly output: OnnxValue,
  ) {
    super(name);
  }
}

/** The bytes of a model: the same for the same graph. */
export function onnxFileOf(graph: OnnxGraph, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): Uint8Array {
  const model = {
    irVersion: IR_VERSION,
    producerName: '@mushroom/recognition',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: graph.message(inputs, outputs),
  };
  return onnxModelType.encode(onnxModelType.fromObject(model)).finish();
}

function tensorMessage({ type, dims, bytes }: OnnxTensor): object {
  return { dims, dataType: ELEMENT[type], rawData: bytes };
}

function attributeMessage(value: Attribute): object {
  if (value instanceof OnnxBranch) return { type: 'GRAPH', g: value.message([], [value.output]) };
  if (typeof value === 'number') return { type: 'INT', i: value };
  if (typeof value === 'string') return { type: 'STRING', s: Buffer.from(value) };
  if ('bytes' in value) return { type: 'TENSOR', t: tensorMessage(value) };
  return { type: 'INTS', ints: value };
}

function valueMessage({ name, type, shape }: OnnxValue): object {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: ELEMENT[type], shape: { dim } } } };
}

/** Their bytes, as `OnnxTensor` takes them. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
