import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { activationsOf, type ChannelMeans } from './activation-ranges.ts';
import type { GraphModelFiles } from './graph-model-files.ts';
import { integerGraphModelOf } from './integer-graph-model.ts';
import { integerNetworkOf, multipliersOf, quantisationsOf, type IntegerNetwork } from './integer-network.ts';
import { integerOnnxOf } from './integer-onnx.ts';
import { readNetwork } from './read-network.ts';

/**
 * A packed classifier in whole numbers, in both formats, which give the same logits to the last bit.
 *
 * @param images `[1, size, size, 3]`, RGB, 0…255, the same ones each time: typical photos, whose activations say how bytes
 * are read.
 * @throws Error naming what has no counterpart in whole numbers, or where there is no image.
 */
export async function integerClassifier(
  files: GraphModelFiles,
  signature: Bundle['signature'],
  images: () => AsyncIterable<Tensor4D>,
): Promise<{ graph: GraphModelFiles; onnx: Uint8Array }> {
  const network = readNetwork(files, signature);
  const names = network.operations.map(({ name }) => name);
  const { ranges, means } = await activationsOf(files, signature.input, names, images);
  const integer = integerNetworkOf(network, ranges, means);
  const graph = integerGraphModelOf(integer);
  const now = await activationsOf(graph, signature.input, [signature.logits], images);
  const corrected = withoutShift(integer, now.means.get(signature.logits)!, means.get(signature.logits)!);
  return { graph: integerGraphModelOf(corrected), onnx: integerOnnxOf(corrected) };
}

/**
 * What rounding shifts the logits by, on average over the photos, is taken from the last bias (empirical bias correction:
 * Nagel et al. 2019, arXiv:1906.04721, appendix D).
 */
function withoutShift(network: IntegerNetwork, now: ChannelMeans, before: ChannelMeans): IntegerNetwork {
  const quantisations = quantisationsOf(network);
  const operations = network.operations.map((operation) => {
    if (operation.op !== 'dense') return operation;
    const scales = multipliersOf(quantisations.get(operation.input)!.scale, operation.kernel.scales);
    const bias = operation.bias.map((value, label) =>
      Math.round(value - (now[label]! - before[label]!) / scales[label]!),
    );
    return { ...operation, bias };
  });
  return { ...network, operations };
}
