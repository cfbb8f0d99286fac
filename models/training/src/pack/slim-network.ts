import { deviation } from 'd3-array';
import type { io } from '@tensorflow/tfjs-core';
import type { LayerJson, Topology } from '../network/backbone.ts';
import type { Weights } from '../network/network.ts';

/** Float weights by the names that a layers model gives them: `layer/kernel`, `layer/bias`. */
export type NamedWeights = ReadonlyMap<string, Weights>;

/**
 * A narrower and shallower copy of a network: whole residual blocks left out, and only some channels of the last
 * convolution kept. A block that adds to its input is little missed: the shortcut around it carries what came before
 * (Veit et al. 2016, arXiv:1605.06431).
 *
 * @param blocks prefixes of the layers to leave out, as `block14`; each must end in an Add whose first input is the
 *   shortcut.
 * @param last the convolution that is narrowed, whose outputs no other convolution reads.
 * @param channels the output channels of it that stay, in this order.
 * @throws Error where there is no such block, shortcut or convolution.
 */
export function slimNetwork(
  topology: Topology,
  weights: NamedWeights,
  { blocks, last, channels }: { blocks: readonly string[]; last: string; channels: readonly number[] },
): { topology: Topology; weights: NamedWeights } {
  const slim = structuredClone(topology);
  for (const block of blocks) leaveOut(slim, block);

  const convolution = slim.config.layers.find(({ config }) => config.name === last);
  if (convolution?.config.filters === undefined) throw new Error(`there is no convolution ${last}`);
  const wide = convolution.config.filters;
  if (channels.some((channel) => channel < 0 || channel >= wide)) {
    throw new Error(`${last} has the channels 0 to ${wide - 1}`);
  }
  convolution.config.filters = channels.length;

  const kept = new Set(slim.config.layers.map(({ config }) => config.name));
  const slimWeights = new Map<string, Weights>();
  for (const [name, { shape, values }] of weights) {
    const layer = name.slice(0, name.lastIndexOf('/'));
    if (!kept.has(layer)) continue;
    const isLast = layer === last;
    slimWeights.set(name, {
      shape: isLast ? [...shape.slice(0, -1), channels.length] : shape,
      values: isLast ? columnsOf(values, wide, channels) : values,
    });
  }
  return { topology: slim, weights: slimWeights };
}

/**
 * The channels of a layer that a classifier behind it makes most of: how much a channel varies from photo to photo,
 * times the length of its row of class weights.
 *
 * @param features a row a photo, all of the layer's channels.
 * @param kernel `[channels, classes]` of the dense layer, row by row.
 * @returns the `count` strongest channels, in the order in which the layer has them.
 */
export function strongestChannels(features: readonly Float32Array[], kernel: Float32Array, count: number): number[] {
  const width = features[0]?.length ?? 0;
  const classes = kernel.length / width;
  const strengths = Array.from({ length: width }, (_, channel) => {
    const spread = deviation(features, (photo) => photo[channel]!) ?? 0;
    const row = kernel.subarray(channel * classes, (channel + 1) * classes);
    return { channel, strength: spread * Math.hypot(...row) };
  });
  return strengths
    .sort((a, b) => b.strength - a.strength)
    .slice(0, count)
    .map(({ channel }) => channel)
    .sort((a, b) => a - b);
}

/** Takes a block's layers out and lets what reads its sum read the block's own input instead. */
function leaveOut(topology: Topology, block: string): void {
  const { layers } = topology.config;
  const isInside = ({ config }: LayerJson) => config.name.startsWith(`${block}_`);
  const sum = layers.find((layer) => isInside(layer) && layer.class_name === 'Add');
  if (!sum) throw new Error(`${block} is no block with a shortcut`);
  const shortcut = sum.inbound_nodes[0]![0]![0];
  topology.config.layers = layers.filter((layer) => !isInside(layer));
  for (const { inbound_nodes: nodes } of topology.config.layers) {
    for (const inputs of nodes) {
      for (const input of inputs) if (input[0] === sum.config.name) input[0] = shortcut;
    }
  }
}

function columnsOf(values: Float32Array, width: number, columns: readonly number[]): Float32Array {
  const rows = values.length / width;
  const chosen = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, place) => (chosen[row * columns.length + place] = values[row * width + column]!));
  }
  return chosen;
}

/** A layers model's two files: `model.json`, and `weights.bin` in float32. */
export function layersModelFiles(topology: Topology, weights: NamedWeights): { modelJson: string; weights: Buffer } {
  const specs = [...weights].map(([name, { shape }]) => ({ name, shape, dtype: 'float32' as const }));
  const model: io.ModelJSON = {
    format: 'layers-model',
    generatedBy: '@mushroom/training',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [{ paths: ['weights.bin'], weights: specs }],
  };
  const bytes = [...weights.values()].map(({ values }) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  return { modelJson: JSON.stringify(model), weights: Buffer.concat(bytes) };
}
