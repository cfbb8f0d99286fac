import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { GraphTopology } from '@mushroom/recognition/bundle/graph-node';
import type { GraphModelFiles } from './graph-model-files.ts';
import { graphInMemory } from './graph-model.ts';

/** Of the input that each pointwise or dense layer gets: the mean of each channel, by the name of the layer's kernel. */
export type MeanInputs = ReadonlyMap<string, Float64Array>;

/** A layer whose sums are its inputs times a kernel, plus a bias. */
interface BiasedLayer {
  input: string;
  kernel: string;
  bias: string;
}

/** The dense and the 1 × 1 convolution layers of a graph, from its input on. */
export function biasedLayers(modelTopology: unknown, shapeOf: (name: string) => readonly number[]): BiasedLayer[] {
  return (modelTopology as GraphTopology).node
    .filter(({ op }) => op === '_FusedConv2D' || op === '_FusedMatMul')
    .map(({ input }) => ({ input: input![0]!, kernel: input![1]!, bias: input![2]! }))
    .filter(({ kernel }) => {
      const shape = shapeOf(kernel);
      return shape.length === 2 || (shape[0] === 1 && shape[1] === 1);
    });
}

/**
 * What the layers of a graph are given on average, over some images and all places in them.
 *
 * @param images `[1, size, size, 3]`, RGB, 0…255; the caller disposes them.
 * @throws Error where the graph can't be loaded, or there is no image.
 */
export async function meanInputsOf(
  files: GraphModelFiles,
  inputName: string,
  images: AsyncIterable<tf.Tensor4D>,
): Promise<MeanInputs> {
  const { modelTopology, weightsManifest } = JSON.parse(files.modelJson) as tf.io.ModelJSON;
  const shapes = new Map(weightsManifest.flatMap(({ weights }) => weights.map(({ name, shape }) => [name, shape])));
  const layers = biasedLayers(modelTopology, (name) => shapes.get(name)!);
  const graph = await loadGraphModel(graphInMemory(files));
  const sums = new Map<string, Float64Array>();
  let seen = 0;
  for await (const image of images) {
    const means = tf.tidy(() => {
      const inputs = graph.execute(
        { [inputName]: image },
        layers.map(({ input }) => input),
      ) as tf.Tensor[];
      return inputs.map((input) => tf.mean(input, [...input.shape.keys()].slice(0, -1)).dataSync());
    });
    layers.forEach(({ kernel }, index) => {
      const sum = sums.get(kernel) ?? new Float64Array(means[index]!.length);
      means[index]!.forEach((mean, channel) => (sum[channel]! += mean));
      sums.set(kernel, sum);
    });
    seen++;
  }
  graph.dispose();
  if (seen === 0) throw new Error('there is no image to see what the layers are given');
  return new Map([...sums].map(([kernel, sum]) => [kernel, sum.map((value) => value / seen)]));
}

/**
 * How much more each sum of a layer is, on average, for what rounding did to its kernel. Rounded weights are off in both
 * directions, but inputs that have passed a ReLU are never negative, and so the errors of a sum do not cancel out: they
 * shift it. Taking the shift from the bias costs nothing (Nagel et al. 2019, arXiv:1906.04721, § 4.2).
 *
 * @param kernel `[inputs, sums]`, as the layer was; `rounded` as it is read back.
 * @param meanInput of each input.
 */
export function shiftOf(kernel: Float32Array, rounded: Float32Array, meanInput: Float64Array): Float64Array {
  const sums = kernel.length / meanInput.length;
  const shift = new Float64Array(sums);
  meanInput.forEach((mean, input) => {
    for (let sum = 0; sum < sums; sum++) {
      const place = input * sums + sum;
      shift[sum]! += mean * (rounded[place]! - kernel[place]!);
    }
  });
  return shift;
}
