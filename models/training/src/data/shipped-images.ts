import * as tf from '@tensorflow/tfjs-core';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { SHIPPED_PHOTOS } from '../terminal/places.ts';
import { readInput } from './read-input.ts';
import { readPhotos } from './read-photos.ts';

/**
 * The photos that are shipped with the project, which everybody has, as a network takes them: `[1, size, size, 3]` RGB,
 * 0…255. Each is disposed when the next one is asked for.
 */
export async function* shippedImages(spec: InputSpec): AsyncGenerator<tf.Tensor4D> {
  for (const { file } of (await readPhotos(SHIPPED_PHOTOS)).photos) {
    const image = tf.tensor4d(Float32Array.from(await readInput(file, spec)), [1, spec.size, spec.size, 3]);
    yield image;
    image.dispose();
  }
}
