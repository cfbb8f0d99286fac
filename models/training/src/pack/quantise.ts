import { io } from '@tensorflow/tfjs-core';
import type { GraphTopology } from '@mushroom/recognition/bundle/graph-node';
import type { GraphModelFiles } from './graph-model-files.ts';
import { encodeWeights, type EncodedWeights, type WeightWidth } from './weight-encoding.ts';
import { biasedLayers, shiftOf, type MeanInputs } from './bias-correction.ts';

const DEPTHWISE = 'FusedDepthwiseConv2dNative';

/** Tensors of fewer weights are kept in float16: a twentieth of all, and the most sensitive. */
const FEW = 20_000;

/**
 * The same graph with its weights encoded in another width.
 *
 * Where uint8 is asked for, small tensors (biases, the first kernels) and the kernels of depthwise convolutions are kept
 * in float16. With batch normalisation folded in, the channels of these differ by orders of magnitude, and one scale for
 * all of them would leave the small ones nothing (Krishnamoorthi 2018, arXiv:1806.08342, § 3.1). Constants that are no
 * weights, as the scaling of pixels, stay exact. What rounding shifts is taken from the biases, where it is known what
 * the layers are given.
 *
 * @param json of the graph model; its weights must be one file.
 * @throws Error where the weights are several files, or the file is too short for them.
 */
export function quantised(
  json: io.ModelJSON,
  weights: Buffer,
  width: WeightWidth,
  meanInputs: MeanInputs = new Map(),
): GraphModelFiles {
  const [group, another] = json.weightsManifest;
  if (!group || another || group.paths.length !== 1) throw new Error('the weights must be in one file');
  const bytes = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer;
  const tensors = io.decodeWeights(bytes, group.weights);
  const depthwise = depthwiseKernels(json.modelTopology as GraphTopology);

  const encoded = new Map<string, EncodedWeights>();
  for (const spec of group.weights.filter(isWeight)) {
    const values = tensors[spec.name]!.dataSync() as Float32Array;
    const isSensitive = values.length < FEW || depthwise.has(spec.name);
    encoded.set(spec.name, encodeWeights(values, width === 'uint8' && isSensitive ? 'float16' : width));
  }
  for (const { kernel, bias } of biasedLayers(json.modelTopology, (name) => tensors[name]!.shape)) {
    const meanInput = meanInputs.get(kernel);
    if (!meanInput) continue;
    const values = tensors[kernel]!.dataSync() as Float32Array;
    const shift = shiftOf(values, decoded(encoded.get(kernel)!, tensors[kernel]!.shape), meanInput);
    const unshifted = (tensors[bias]!.dataSync() as Float32Array).map((value, sum) => value - shift[sum]!);
    encoded.set(bias, encodeWeights(unshifted, width === 'uint8' ? 'float16' : width));
  }

  const buffers: Buffer[] = [];
  const specs = group.weights.map(({ quantization: _, ...spec }): io.WeightsManifestEntry => {
    const narrow = encoded.get(spec.name);
    buffers.push(narrow?.bytes ?? Buffer.from(tensors[spec.name]!.dataSync().slice().buffer));
    return narrow?.quantization ? { ...spec, quantization: narrow.quantization } : spec;
  });
  Object.values(tensors).forEach((tensor) => tensor.dispose());
  const model = { ...json, weightsManifest: [{ paths: group.paths, weights: specs }] };
  return { modelJson: JSON.stringify(model), weights: Buffer.concat(buffers) };
}

/** As tfjs reads them back. */
function decoded({ bytes, ...encoding }: EncodedWeights, shape: number[]): Float32Array {
  const spec = { name: 'kernel', shape, dtype: 'float32' as const, ...encoding };
  const { kernel } = io.decodeWeights(Uint8Array.from(bytes).buffer, [spec]);
  const values = kernel!.dataSync() as Float32Array;
  kernel!.dispose();
  return values;
}

function depthwiseKernels({ node }: GraphTopology): Set<string> {
  return new Set(node.filter(({ op }) => op === DEPTHWISE).map(({ input }) => input![1]!));
}

/** By the names that `writeGraph` gives; its other constants are scalars and axes. */
function isWeight({ name }: io.WeightsManifestEntry): boolean {
  return /\/(kernel|bias)$/.test(name);
}
