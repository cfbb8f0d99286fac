import * as tf from '@tensorflow/tfjs-core';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { SHIPPED_PHOTOS } from '../terminal/places.ts';
import type { PhotoRecord } from './manifest.ts';
import { readInput } from './read-input.ts';
import { readPhotos } from './read-photos.ts';

/**
 * Photos as a network takes them: `[1, size, size, 3]` RGB, 0…255. Each is disposed when the next one is asked for.
 * @throws Error naming a photo that can't be read.
 */
export async function* networkImages(
  photos: readonly Pick<PhotoRecord, 'file'>[],
  spec: InputSpec,
): AsyncGenerator<tf.Tensor4D> {
  for (const { file } of photos) {
    const image = tf.tensor4d(Float32Array.from(await readInput(file, spec)), [1, spec.size, spec.size, 3]);
    yield image;
    image.dispose();
  }
}

/** The photos that are shipped with the project, which everybody has. */
export async function* shippedImages(spec: InputSpec): AsyncGenerator<tf.Tensor4D> {
  yield* networkImages((await readPhotos(SHIPPED_PHOTOS)).photos, spec);
}
