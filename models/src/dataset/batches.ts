import * as tf from '@tensorflow/tfjs-core';
import { generator, type Dataset } from '@tensorflow/tfjs-data';
import seedrandom from 'seedrandom';
import type { InputSpec } from '../bundle/bundle.schema.ts';
import { photoToInput } from '../preprocess/photo-to-input.ts';
import { flip, jitterColour, randomCrop, type AugmentSpec } from './augment.ts';
import { decodePhoto } from './decode-photo.ts';
import type { ShardRecord } from './shards.ts';

export interface Example {
  /** `[size, size, 3]` float32, RGB, 0…255; batched: `[n, size, size, 3]`. */
  image: tf.Tensor;
  /** The record's place in its split, so that labels are found again; batched: `[n]`. */
  index: tf.Tensor;
}

/** What is done to each photo: nothing, a mirror image, or a random change drawn from the seed. */
export type View = { kind: 'plain' } | { kind: 'mirrored' } | { kind: 'random'; seed: string; augment: AugmentSpec };

/** One photo's bytes → model input under a view. The random view of a photo depends on the seed and its index only. */
export async function inputOf(encoded: Uint8Array, index: number, spec: InputSpec, view: View): Promise<Uint8Array> {
  const photo = await decodePhoto(encoded);
  if (view.kind !== 'random') {
    const input = photoToInput(photo, spec);
    if (view.kind === 'mirrored') flip(input, spec.size);
    return input;
  }
  const random = seedrandom(`${view.seed}/${index}`);
  const input = photoToInput(randomCrop(photo, view.augment.minArea, random), spec);
  if (random() < 0.5) flip(input, spec.size);
  jitterColour(input, view.augment.colour, random);
  return input;
}

/**
 * A tf.data pipeline: records → decoded, augmented, batched model input. Decoding runs ahead of the model.
 */
export function batchesOf(
  records: () => AsyncGenerator<ShardRecord>,
  options: { spec: InputSpec; view: View; batchSize: number },
): Dataset<tf.TensorContainer> {
  const { spec, view, batchSize } = options;
  async function* examples() {
    let index = 0;
    for await (const record of records()) {
      const place = index++;
      yield { encoded: record.encoded, place };
    }
  }
  return generator(examples as never)
    .mapAsync(async (element) => {
      const { encoded, place } = element as unknown as { encoded: Uint8Array; place: number };
      const input = await inputOf(encoded, place, spec, view);
      return {
        image: tf.tensor3d(Float32Array.from(input), [spec.size, spec.size, 3]),
        index: tf.scalar(place, 'int32'),
      };
    })
    .batch(batchSize)
    .prefetch(2);
}
