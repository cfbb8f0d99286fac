import { io } from '@tensorflow/tfjs-core';
import type { GraphModelFiles } from '../packaging/graph-model.ts';
import { encodeWeights, type WeightWidth } from '../packaging/weight-encoding.ts';

const DEPTHWISE = 'FusedDepthwiseConv2dNative';

/** Tensors of fewer weights are kept in float16: a hundredth of all, and the most sensitive. */
const FEW = 5000;

/**
 * The same graph with its weights encoded in another width.
 *
 * Where uint8 is asked for, small tensors (biases, the first kernels) and the kernels of depthwise convolutions are kept
 * in float16. With batch normalisation folded in, the channels of these differ by orders of magnitude, and one scale for
 * all of them would leave the small ones nothing (Krishnamoorthi 2018, arXiv:1806.08342, § 3.1). Constants that are no
 * weights, as the scaling of pixels, stay exact.
 *
 * @param json of the graph model; its weights must be one file.
 * @throws Error where the weights are several files, or the file is too short for them.
 */
export function quantised(json: io.ModelJSON, weights: Buffer, width: WeightWidth): GraphModelFiles {
  const [group, another] = json.weightsManifest;
  if (!group || another || group.paths.length !== 1) throw new Error('the weights must be in one file');
  const bytes = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer;
  const tensors = io.decodeWeights(bytes, group.weights);
  const depthwise = depthwiseKernels(json.modelTopology as Topology);

  const buffers: Buffer[] = [];
  const specs = group.weights.map(({ quantization: _, ...spec }): io.WeightsManifestEntry => {
    const values = tensors[spec.name]!.dataSync();
    if (!isWeight(spec)) {
      buffers.push(Buffer.from(values.slice().buffer));
      return spec;
    }
    const isSensitive = values.length < FEW || depthwise.has(spec.name);
    const own = width === 'uint8' && isSensitive ? 'float16' : width;
    const { bytes: encoded, ...encoding } = encodeWeights(values as Float32Array, own);
    buffers.push(encoded);
    return { ...spec, ...encoding };
  });
  Object.values(tensors).forEach((tensor) => tensor.dispose());
  const model = { ...json, weightsManifest: [{ paths: group.paths, weights: specs }] };
  return { modelJson: JSON.stringify(model), weights: Buffer.concat(buffers) };
}

interface Topology {
  node: { op: string; input?: string[] }[];
}

function depthwiseKernels({ node }: Topology): Set<string> {
  return new Set(node.filter(({ op }) => op === DEPTHWISE).map(({ input }) => input![1]!));
}

/** By the names that `writeGraph` gives; its other constants are scalars and axes. */
function isWeight({ name }: io.WeightsManifestEntry): boolean {
  return /\/(kernel|bias)$/.test(name);
}
