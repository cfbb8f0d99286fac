import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { batchesOf, type View } from '../data/batches.ts';
import type { Split } from '../data/manifest.ts';
import { readShards } from '../data/shards.ts';
import { writeWhole } from '../data/write-whole.ts';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { decodedSideOf } from '@mushroom/recognition/preprocess/decoded-side';
import { scaled, type Backbone } from '../network/backbone.ts';
import { CACHE } from '../terminal/places.ts';
import { withProgress } from '../terminal/progress.ts';

/** What a frozen backbone sees in a split: one row of features a photo, in the order of the shards. */
export interface FeatureTable {
  rows: number;
  width: number;
  /** `rows × width`, row by row. */
  values: Float32Array;
}

/** Some rows of a table, in the given order. */
export function rowsOf({ width, values }: FeatureTable, rows: readonly number[]): FeatureTable {
  const chosen = new Float32Array(rows.length * width);
  rows.forEach((row, place) => chosen.set(values.subarray(row * width, (row + 1) * width), place * width));
  return { rows: rows.length, width, values: chosen };
}

const BATCH = 32;

export interface FeatureRequest {
  backbone: Backbone;
  shards: string;
  split: Split;
  /** Photos in the split. */
  count: number;
  spec: InputSpec;
  view: View;
}

/** The features of a split under a view, computed with the backbone as it is. */
export async function computeFeatures(request: FeatureRequest): Promise<FeatureTable> {
  const { backbone, shards, split, count, spec, view } = request;
  const width = backbone.featureSize;
  const values = new Float32Array(count * width);
  if (count === 0) return { rows: 0, width, values };
  let done = 0;
  const batches = batchesOf(() => readShards(shards, split), { spec, view, batchSize: BATCH });
  await withProgress(`features · ${split} · ${view.kind}`, count, (show) =>
    batches.forEachAsync((element) => {
      const { image, index } = element as { image: tf.Tensor; index: tf.Tensor };
      const features = tf.tidy(() => backbone.model.predict(scaled(image, backbone)) as tf.Tensor);
      const rows = features.dataSync();
      index
        .dataSync()
        .forEach((place, row) => values.set(rows.subarray(row * width, (row + 1) * width), place * width));
      done += index.size;
      tf.dispose([features, image, index]);
      show(done);
    }),
  );
  return { rows: count, width, values };
}

/**
 * The same for a backbone that does not change, from the disk where it was computed before. The cache's name holds
 * everything that the values depend on, so a stale one is never read.
 */
export async function frozenFeatures(request: FeatureRequest & { cache?: string }): Promise<FeatureTable> {
  const { backbone, shards, split, count, spec, view, cache = CACHE } = request;
  const width = backbone.featureSize;
  const facts = [backbone.weightsSha256, path.basename(shards), split, spec, view, decodedSideOf(spec)];
  const file = path.join(cache, `features-${split}-${sha256(JSON.stringify(facts)).slice(0, 16)}.f32`);
  const cached = await readFile(file).catch(() => undefined);
  if (cached && cached.byteLength === count * width * 4) {
    return { rows: count, width, values: new Float32Array(new Uint8Array(cached).buffer) };
  }
  const features = await computeFeatures(request);
  await writeWhole(file, Buffer.from(features.values.buffer));
  return features;
}
