import * as tf from '@tensorflow/tfjs-core';
import { generator, type Dataset } from '@tensorflow/tfjs-data';
import seedrandom from 'seedrandom';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';
import { flip, jitterColour, randomCrop, type AugmentSpec } from './augment.ts';
import { decodePhoto, inputFrom } from './read-input.ts';
import type { ShardRecord } from './shards.ts';

/** What is done to each photo: nothing, a mirror image, or a random change drawn from the seed. */
export type View = { kind: 'plain' } | { kind: 'mirrored' } | { kind: 'random'; seed: string; augment: AugmentSpec };

/** One photo's bytes → model input under a view. The random view of a photo depends on the seed and its index only. */
export async function inputOf(encoded: Uint8Array, index: number, spec: InputSpec, view: View): Promise<Uint8Array> {
  if (view.kind !== 'random') {
    const input = await inputFrom(encoded, spec);
    if (view.kind === 'mirrored') flip(input, spec.size);
    return input;
  }
  // Of a crop there must be pixels enough.
  const photo = await decodePhoto(encoded);
  const random = seedrandom(`${view.seed}/${index}`);
  const input = photoToInput(randomCrop(photo, view.augment.minArea, random), spec);
  if (random() < 0.5) flip(input, spec.size);
  jitterColour(input, view.augment.colour, random);
  return input;
}

/**
 * A tf.data pipeline: records → decoded, augmented, batched model input. Decoding runs ahead of the model.
 * Elements: `image` `[n, size, size, 3]` float32, RGB, 0…255; `index` `[n]`, the records' places in their split.
 * Iterating it ends with an Error that names the photo where one cannot be decoded, or the shard where one is damaged.
 */
export function batchesOf(
  records: () => AsyncGenerator<ShardRecord>,
  options: { spec: InputSpec; view: View; batchSize: number },
): Dataset<tf.TensorContainer> {
  const { spec, view, batchSize } = options;
  const exampleOf = (input: Uint8Array, place: number) => ({
    image: tf.tensor3d(Float32Array.from(input), [spec.size, spec.size, 3]),
    index: tf.scalar(place, 'int32'),
  });
  // What fails while prefetching would end the process before anybody awaits it: it waits for the last step.
  let failure: Error | undefined;

  async function* examples() {
    failure = undefined;
    let place = 0;
    try {
      for await (const { encoded, path } of records()) {
        const input = await inputOf(encoded, place, spec, view).catch((error: Error) => {
          throw new Error(`${path}: ${error.message}`, { cause: error });
        });
        yield exampleOf(input, place++);
      }
    } catch (error) {
      failure = error as Error;
      yield exampleOf(new Uint8Array(spec.size * spec.size * 3), place);
    }
  }
  return generator(examples as never)
    .batch(batchSize)
    .prefetch(2)
    .map((batch) => {
      if (!failure) return batch;
      tf.dispose(batch);
      throw failure;
    });
}
