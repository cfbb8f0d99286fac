import type { Network, Operation, Weights } from '../network/network.ts';
import type { ChannelMeans, Range } from './activation-ranges.ts';

/** How the bytes of a tensor are read: `value = scale × (byte − zeroPoint)`. */
export interface Quantisation {
  /** A float32. */
  scale: number;
  /** 0…255: the byte that means 0. */
  zeroPoint: number;
}

/** Whole numbers from −127 to 127, with a scale for each output channel: `value = scale × number`. */
export interface IntegerKernel {
  shape: number[];
  values: Int8Array;
  scales: Float32Array;
}

/**
 * A step of a network of whole numbers. Sums are of products of centred bytes (byte − zero point) and the kernel's
 * numbers, and are whole. `output` says how they become bytes again.
 */
export type IntegerOperation =
  | {
      op: 'conv' | 'depthwise';
      name: string;
      input: string;
      kernel: IntegerKernel;
      bias: Int32Array;
      stride: number;
      padding: 'same' | 'valid';
      output: Quantisation;
    }
  /** All three have the same scale. */
  | { op: 'add'; name: string; inputs: [string, string]; output: Quantisation }
  | { op: 'mean'; name: string; input: string; output: Quantisation; places: number }
  /** Gives float32: sum × scale. */
  | { op: 'dense'; name: string; input: string; kernel: IntegerKernel; bias: Int32Array };

/** A classifier all of whose operations are on whole numbers, from a photo's bytes to the sums behind the logits. */
export interface IntegerNetwork {
  inputName: string;
  inputSize: number;
  /** How a photo's bytes are read. */
  input: Quantisation;
  operations: IntegerOperation[];
  logits: string;
  features: string;
}

const { fround } = Math;

/** The greatest byte. */
const MOST = 255;
/** Kernels of 8 bits, and of 7. */
const [EIGHT_BITS, SEVEN_BITS] = [127, 63];
/** Float32 counts without gaps up to here. */
const EXACT = 2 ** 24;
/** Of the sums' room, a bias gets a quarter at most. */
const BIAS_ROOM = EXACT / 4;

/**
 * Quantises a classifier so that every processor and every library gives the same answer, to the last bit.
 *
 * Bytes of activations are affine and as a tensor, kernels symmetric and as an output channel (Jacob et al. 2018,
 * arXiv:1712.05877; Nagel et al. 2021, arXiv:2106.08295). What makes the answers the same:
 *
 * - Every sum is below 2²⁴ in whatever order it is added up, so that float32 adds whole numbers exactly.
 * - No two neighbouring products overflow 16 bits, in which x64 processors without VNNI add them: an output channel's scale
 *   is as large as that takes. Kernels of larger windows, whose neighbours depend on the library, have 7 bits. Depthwise
 *   kernels are not added up in pairs, and have 8.
 * - Tensors that are added up have one scale, so that their bytes can be added: nothing is rounded.
 * - The mean's scale is that of its input over a power of two, over an odd number of places: no mean is half way between
 *   two bytes, where libraries round differently.
 *
 * A ReLU6 is what bytes do by themselves: none is below the zero point 0, none above 255 × scale ≤ 6. What rounding shifts
 * a sum by is taken from its bias (Nagel et al. 2019, arXiv:1906.04721, § 4.2).
 *
 * @param ranges of what each operation gives, by its name, over typical photos; `means` of each of its channels.
 * @throws Error naming what has no counterpart in whole numbers.
 */
export function integerNetworkOf(
  network: Network,
  ranges: ReadonlyMap<string, Range>,
  means: ReadonlyMap<string, ChannelMeans>,
): IntegerNetwork {
  const [scaling, ...operations] = network.operations;
  if (scaling?.op !== 'scale') throw new Error('the network must begin with a scaling of pixels');
  const input = { scale: fround(scaling.multiply), zeroPoint: -scaling.add / scaling.multiply };
  if (!Number.isInteger(input.zeroPoint) || input.zeroPoint < 0 || input.zeroPoint > MOST) {
    throw new Error(`${scaling.name}: scaled pixels are 0 at ${input.zeroPoint}, which is no byte`);
  }
  const quantisations = new Map<string, Quantisation>([[scaling.name, input]]);
  const scales = sharedScales(operations, ranges);
  const sides = new Map([[scaling.name, network.inputSize]]);
  const renamed = (name: string) => (name === scaling.name ? network.inputName : name);

  const integer = operations.map((operation): IntegerOperation => {
    const { name } = operation;
    const range = ranges.get(name);
    const output = (): Quantisation => {
      if (!range) throw new Error(`${name}: it is not known what it gives`);
      const scale = scales.get(name)!;
      const quantisation = { scale, zeroPoint: zeroPointOf(range, scale) };
      quantisations.set(name, quantisation);
      return quantisation;
    };
    switch (operation.op) {
      case 'conv':
      case 'depthwise': {
        const { kernel, bias, stride, padding } = operation;
        const side = sides.get(operation.input)!;
        sides.set(name, Math.ceil((padding === 'same' ? side : side - kernel.shape[0]! + 1) / stride));
        const layer = integerLayer(kernel, bias, {
          inputScale: quantisations.get(operation.input)!.scale,
          meanInput: means.get(operation.input),
          isDepthwise: operation.op === 'depthwise',
        });
        return { op: operation.op, name, input: renamed(operation.input), ...layer, stride, padding, output: output() };
      }
      case 'add':
        sides.set(name, sides.get(operation.inputs[0])!);
        return { op: 'add', name, inputs: operation.inputs, output: output() };
      case 'mean': {
        const from = quantisations.get(operation.input)!;
        const places = sides.get(operation.input)! ** 2;
        if (places % 2 === 0)
          throw new Error(`${name}: the mean of ${places} places may be half way between two bytes`);
        if (from.zeroPoint !== 0 || !range) throw new Error(`${name}: only the mean of a ReLU6 can be quantised`);
        const halvings = Math.max(0, Math.floor(Math.log2((MOST * from.scale) / range.most)));
        const quantisation = { scale: from.scale / 2 ** halvings, zeroPoint: 0 };
        quantisations.set(name, quantisation);
        return { op: 'mean', name, input: operation.input, output: quantisation, places };
      }
      case 'dense': {
        const layer = integerLayer(operation.kernel, operation.bias, {
          inputScale: quantisations.get(operation.input)!.scale,
          meanInput: means.get(operation.input),
          isDepthwise: false,
        });
        return { op: 'dense', name, input: operation.input, ...layer };
      }
      default:
        throw new Error(`${name}: ${operation.op} has no counterpart in whole numbers`);
    }
  });
  const { inputName, inputSize, logits, features } = network;
  return { inputName, inputSize, input, operations: integer, logits, features };
}

/**
 * What a sum is multiplied by to become a byte's distance from the zero point, for each output channel: as ONNX Runtime
 * computes it, in float32 and in this order.
 */
export function multipliersOf(inputScale: number, kernelScales: Float32Array, outputScale = 1): Float32Array {
  return kernelScales.map((scale) => fround(fround(inputScale * scale) / outputScale));
}

/** The same for a mean over so many places. */
export function meanMultiplier(inputScale: number, places: number, outputScale: number): number {
  return fround(inputScale / fround(outputScale * places));
}

/** How the bytes of each operation of a network are read, and those of the photo. */
export function quantisationsOf({ inputName, input, operations }: IntegerNetwork): Map<string, Quantisation> {
  const all = new Map([[inputName, input]]);
  for (const operation of operations) if ('output' in operation) all.set(operation.name, operation.output);
  return all;
}

/** The scale of what each operation gives: one for all that are added to one another, or to what that gives. */
function sharedScales(operations: readonly Operation[], ranges: ReadonlyMap<string, Range>): Map<string, number> {
  const group = new Map<string, string[]>();
  for (const operation of operations) {
    const { name } = operation;
    const joined = operation.op === 'add' ? operation.inputs.flatMap((from) => group.get(from)!) : [];
    const members = [...new Set([...joined, name])];
    for (const member of members) group.set(member, members);
  }
  const scales = new Map<string, number>();
  for (const operation of operations) {
    const members = group.get(operation.name)!;
    const widths = members.flatMap((member) => {
      const range = ranges.get(member);
      return range ? [Math.max(0, range.most) - Math.min(0, range.least)] : [];
    });
    scales.set(operation.name, fround(Math.max(...widths) / MOST));
    if ('relu6' in operation && operation.relu6 && members.length > 1) {
      throw new Error(`${operation.name}: what has passed a ReLU6 can't be added to`);
    }
  }
  return scales;
}

function zeroPointOf({ least, most }: Range, scale: number): number {
  // Where both ends have room, it is on either side.
  const below = Math.max(0, -least / scale);
  const above = Math.max(0, most / scale);
  return least >= 0 ? 0 : Math.min(MOST, Math.max(0, Math.round((MOST - above + below) / 2)));
}

/** A kernel and a bias in whole numbers. The kernel's last dimension is the output channels; of a depthwise one, the third. */
function integerLayer(
  { shape, values }: Weights,
  { values: biases }: Weights,
  {
    inputScale,
    meanInput,
    isDepthwise,
  }: { inputScale: number; meanInput: ChannelMeans | undefined; isDepthwise: boolean },
): { kernel: IntegerKernel; bias: Int32Array } {
  const outputs = biases.length;
  const terms = values.length / outputs;
  const isPointwise = !isDepthwise && terms === shape.at(-2);
  const scales = new Float32Array(outputs);
  const numbers = new Int8Array(values.length);
  const bias = new Int32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const weights = Float32Array.from({ length: terms }, (_, term) => values[term * outputs + output]!);
    let scale = isDepthwise ? peakOf(weights) / EIGHT_BITS : peakOf(weights) / SEVEN_BITS;
    if (isPointwise) scale = Math.max(peakOf(weights), peakOfPairs(weights)) / EIGHT_BITS;
    // Where a channel has no weights, any scale will do that leaves its bias room.
    scale = Math.max(scale, Math.abs(biases[output]!) / inputScale / BIAS_ROOM, 2 ** -100);
    let whole = Int8Array.from(weights, (weight) => Math.round(weight / scale));
    while (MOST * absoluteSum(whole) + BIAS_ROOM > EXACT) {
      scale *= 1.25;
      whole = Int8Array.from(weights, (weight) => Math.round(weight / scale));
    }
    scale = fround(scale);
    whole.forEach((number, term) => (numbers[term * outputs + output] = number));
    const shift = weights.reduce((sum, weight, term) => {
      const mean = isPointwise ? meanInput?.[term] : isDepthwise ? meanInput?.[output] : undefined;
      return sum + (mean ?? 0) * (scale * whole[term]! - weight);
    }, 0);
    scales[output] = scale;
    bias[output] = Math.round((biases[output]! - shift) / fround(inputScale * scale));
  }
  return { kernel: { shape, values: numbers, scales }, bias };
}

function peakOf(weights: Float32Array): number {
  return weights.reduce((peak, weight) => Math.max(peak, Math.abs(weight)), 0);
}

/** Of neighbours of one sign: together. */
function peakOfPairs(weights: Float32Array): number {
  let peak = 0;
  for (let term = 0; term + 1 < weights.length; term += 2) {
    const [one, other] = [weights[term]!, weights[term + 1]!];
    if (one * other > 0) peak = Math.max(peak, Math.abs(one + other));
  }
  return peak;
}

function absoluteSum(whole: Int8Array): number {
  return whole.reduce((sum, number) => sum + Math.abs(number), 0);
}
