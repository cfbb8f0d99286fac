import * as tf from '@tensorflow/tfjs-core';
import { model as modelOf, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { breathe } from '../terminal/progress.ts';
import { scaled, type Backbone } from '../network/backbone.ts';

/**
 * The layers of EfficientNet-Lite0 whose output the decoder reads, finest first: the last of each resolution. What
 * follows block 12 holds half of the network's weights, and resolves nothing finer.
 */
export const LEVELS = [
  { layer: 'block2_add', stride: 4, channels: 24 },
  { layer: 'block4_add', stride: 8, channels: 40 },
  { layer: 'block10_add', stride: 16, channels: 112 },
  { layer: 'block12_add', stride: 32, channels: 192 },
] as const;

/** Feature maps of one photo, a level each: `side × side × channels`, row by row. */
export type FeatureMaps = Float32Array[];

const BATCH = 8;

/**
 * What the frozen backbone sees, up to the coarsest level.
 * @param inputs `inputSize² × 3` bytes of RGB each.
 */
export async function featureMapsOf(
  backbone: Backbone,
  inputs: readonly Uint8Array[],
  onProgress: (done: number) => void = () => {},
): Promise<FeatureMaps[]> {
  const size = backbone.inputSize;
  const outputs = LEVELS.map(({ layer }) => backbone.model.getLayer(layer).output as SymbolicTensor);
  const levels = modelOf({ inputs: backbone.model.inputs, outputs });
  const maps: FeatureMaps[] = [];
  for (let start = 0; start < inputs.length; start += BATCH) {
    const batch = inputs.slice(start, start + BATCH);
    const values = tf.tidy(() => {
      const pixels = new Float32Array(batch.length * size * size * 3);
      batch.forEach((input, place) => pixels.set(input, place * size * size * 3));
      const image = tf.tensor4d(pixels, [batch.length, size, size, 3]);
      const seen = levels.predict(scaled(image, backbone)) as tf.Tensor[];
      return seen.map((output) => output.dataSync() as Float32Array);
    });
    batch.forEach((_, place) => {
      maps.push(
        values.map((level) =>
          level.slice((place * level.length) / batch.length, ((place + 1) * level.length) / batch.length),
        ),
      );
    });
    onProgress(maps.length);
    await breathe();
  }
  return maps;
}
