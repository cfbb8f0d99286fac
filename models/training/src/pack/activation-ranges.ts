import type * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { GraphModelFiles } from './graph-model-files.ts';
import { graphInMemory } from './graph-model.ts';

/** What an operation gave, from the least to the greatest value. */
export interface Range {
  least: number;
  most: number;
}

/** The mean of each channel, over the places and the photos. */
export type ChannelMeans = Float64Array;

/** As finely as a range is looked at. */
const BINS = 2048;

/** Of the values, so many lie beyond either end of a range: bytes are finer where they don't reach for the last one. */
const BEYOND = 1e-5;

/**
 * What the operations of a graph give, over some images, but for the outermost values.
 *
 * @param names of the operations.
 * @param images `[1, size, size, 3]`, RGB, 0…255, the same ones each time; whoever makes them disposes them.
 * @throws Error where the graph can't be loaded, or there is no image.
 */
export async function activationsOf(
  files: GraphModelFiles,
  inputName: string,
  names: readonly string[],
  images: () => AsyncIterable<tf.Tensor4D>,
): Promise<{ ranges: Map<string, Range>; means: Map<string, ChannelMeans> }> {
  const graph = await loadGraphModel(graphInMemory(files));
  /** Shows the values of every operation for every image, and how many channels they have. */
  const each = async (show: (name: string, values: Float32Array, channels: number) => void) => {
    let seen = 0;
    for await (const image of images()) {
      // Of a single name it gives a single tensor.
      const outputs = [graph.execute({ [inputName]: image }, [...names])].flat();
      outputs.forEach((output, index) => {
        show(names[index]!, output.dataSync() as Float32Array, output.shape.at(-1)!);
        output.dispose();
      });
      seen++;
    }
    if (seen === 0) throw new Error('there is no image to see what the operations give');
    return seen;
  };
  try {
    const ends = new Map(names.map((name) => [name, { least: Infinity, most: -Infinity }]));
    const sums = new Map<string, Float64Array>();
    const seen = await each((name, values, channels) => {
      const range = ends.get(name)!;
      const sum = sums.get(name) ?? new Float64Array(channels);
      const share = channels / values.length;
      for (let at = 0; at < values.length; at++) {
        const value = values[at]!;
        if (value < range.least) range.least = value;
        if (value > range.most) range.most = value;
        sum[at % channels]! += value * share;
      }
      sums.set(name, sum);
    });
    const histograms = new Map(names.map((name) => [name, new Float64Array(BINS)]));
    await each((name, values) => {
      const histogram = histograms.get(name)!;
      const { least, most } = ends.get(name)!;
      const scale = most > least ? BINS / (most - least) : 0;
      for (const value of values) histogram[Math.min(BINS - 1, Math.floor((value - least) * scale))]!++;
    });
    const ranges = names.map((name) => [name, withoutOutermost(ends.get(name)!, histograms.get(name)!)] as const);
    const means = [...sums].map(([name, sum]) => [name, sum.map((value) => value / seen)] as const);
    return { ranges: new Map(ranges), means: new Map(means) };
  } finally {
    graph.dispose();
  }
}

function withoutOutermost({ least, most }: Range, histogram: Float64Array): Range {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const width = (most - least) / BINS;
  const emptyFrom = (bins: Float64Array) => {
    let [at, beyond] = [0, bins[0]!];
    while (beyond < total * BEYOND) beyond += bins[++at]!;
    return at * width;
  };
  return { least: least + emptyFrom(histogram), most: most - emptyFrom(histogram.toReversed()) };
}
