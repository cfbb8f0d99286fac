import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { batchesOf, inputOf, type View } from './batches.ts';
import type { ShardRecord } from './shards.ts';
import { TfRecordError } from './tfrecord.ts';

const spec = { size: 48, fit: 'stretch' } as const;
const random = (seed: string): View => ({ kind: 'random', seed, augment: { minArea: 0.5, colour: 0.2 } });

let photos: Buffer[];
beforeAll(async () => {
  await startBackend('wasm');
  const names = ['amanita-muscaria-1', 'boletus-edulis-1'];
  photos = await Promise.all(
    names.map((name) => readFile(new URL(`../../../data/licensed/${name}.jpg`, import.meta.url))),
  );
});

function recordOf(encoded: Uint8Array, path: string): ShardRecord {
  return { encoded, path, label: 'x', source: 'x', split: 'train' };
}

/** Real records, as the shards give them. */
function records(encoded: readonly Uint8Array[]) {
  return async function* () {
    let place = 0;
    for (const bytes of encoded) yield await Promise.resolve(recordOf(bytes, `photo-${place++}.jpg`));
  };
}

interface Batch {
  shape: number[];
  pixels: number[];
  places: number[];
}

async function batches(encoded: readonly Uint8Array[], view: View, batchSize: number): Promise<Batch[]> {
  const all: Batch[] = [];
  await batchesOf(records(encoded), { spec, view, batchSize }).forEachAsync((element) => {
    const { image, index } = element as { image: tf.Tensor; index: tf.Tensor };
    all.push({ shape: image.shape, pixels: [...image.dataSync()], places: [...index.dataSync()] });
    tf.dispose([image, index]);
  });
  return all;
}

describe('batches of photos', () => {
  it('are [n, size, size, 3] with values of 0…255, the last one smaller', async () => {
    const three = await batches([...photos, photos[0]!], { kind: 'plain' }, 2);
    expect(three.map(({ shape }) => shape)).toEqual([
      [2, 48, 48, 3],
      [1, 48, 48, 3],
    ]);
    const pixels = three.flatMap((batch) => batch.pixels);
    expect(pixels.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
    // The scale is 0…255 indeed, not 0…1.
    expect(pixels.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(200);
  });

  it('keep the photos in order and say which they are', async () => {
    const both = await batches([photos[1]!, photos[0]!, photos[1]!], { kind: 'plain' }, 2);
    expect(both.map(({ places }) => places)).toEqual([[0, 1], [2]]);
    const expected = await inputOf(photos[1]!, 0, spec, { kind: 'plain' });
    expect(both[0]!.pixels.slice(0, expected.length)).toEqual([...expected]);
    expect(both[1]!.pixels).toEqual([...expected]);
  });

  it('hold the same pixels for the same seed, others for another', async () => {
    const once = await batches(photos, random('a'), 2);
    expect(await batches(photos, random('a'), 2)).toEqual(once);
    expect(await batches(photos, random('b'), 2)).not.toEqual(once);
    expect(await batches(photos, { kind: 'plain' }, 2)).not.toEqual(once);
  });

  it('leave no tensor behind', async () => {
    await batches(photos, random('a'), 2);
    const before = tf.memory().numTensors;
    await batches(photos, random('a'), 2);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([1, 2, 5])('end with an error that names a photo which cannot be decoded, %i a batch', async (batchSize) => {
    const broken = [photos[0]!, photos[1]!, Buffer.from('no photo'), photos[0]!];
    await expect(batches(broken, { kind: 'plain' }, batchSize)).rejects.toThrow(/^photo-2\.jpg: The file is not JPEG/);
  });

  it('end with the error of a shard that cannot be read, however far the model is behind', async () => {
    async function* cutOff() {
      yield recordOf(photos[0]!, 'first.jpg');
      await Promise.reject(new TfRecordError('train-00000-of-00001.tfrecord: cut off at byte 7'));
    }
    const slowly = batchesOf(cutOff, { spec, view: { kind: 'plain' }, batchSize: 1 }).forEachAsync(async (element) => {
      tf.dispose(element);
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
    await expect(slowly).rejects.toThrow(TfRecordError);
  });

  it('are none where there are no records', async () => {
    expect(await batches([], { kind: 'plain' }, 4)).toEqual([]);
  });
});

describe('the view of a photo', () => {
  const rowsOf = (input: Uint8Array) =>
    Array.from({ length: spec.size }, (_, y) =>
      Array.from({ length: spec.size }, (_, x) => [
        ...input.subarray((y * spec.size + x) * 3, (y * spec.size + x) * 3 + 3),
      ]),
    );

  it('that is mirrored is the plain one from right to left', async () => {
    const plain = await inputOf(photos[0]!, 0, spec, { kind: 'plain' });
    const mirrored = await inputOf(photos[0]!, 0, spec, { kind: 'mirrored' });
    expect(rowsOf(mirrored).map((row) => row.reverse())).toEqual(rowsOf(plain));
  });

  it('that is random depends on the seed and the place of the photo only', async () => {
    const at = (seed: string, place: number) => inputOf(photos[0]!, place, spec, random(seed));
    expect(await at('a', 3)).toEqual(await at('a', 3));
    expect(await at('a', 3)).not.toEqual(await at('a', 4));
    expect(await at('a', 3)).not.toEqual(await at('b', 3));
  });
});
