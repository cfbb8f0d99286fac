import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { activationsOf } from './activation-ranges.ts';
import type { GraphModelFiles } from './graph-model.ts';
import { integerGraphModelOf } from './integer-graph-model.ts';
import { integerNetworkOf } from './integer-network.ts';
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
  const names = network.operations.filter(({ op }) => op !== 'dense').map(({ name }) => name);
  const { ranges, means } = await activationsOf(files, signature.input, names, images);
  const integer = integerNetworkOf(network, ranges, means);
  return { graph: integerGraphModelOf(integer), onnx: integerOnnxOf(integer) };
}
