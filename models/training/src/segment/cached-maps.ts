import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../data/write-whole.ts';
import type { Backbone } from '../network/backbone.ts';
import { withProgress } from '../terminal/progress.ts';
import { featureMapsOf, LEVELS, type FeatureMaps } from './feature-levels.ts';

/**
 * What the frozen backbone sees of some inputs, from the disk where it was computed before. The cache's name holds a
 * hash of every byte that the values depend on, so a stale one is never read.
 */
export async function cachedMaps(
  backbone: Backbone,
  inputs: readonly Uint8Array[],
  cache: string,
  title: string,
): Promise<FeatureMaps[]> {
  const size = backbone.inputSize;
  const key = createHash('sha256').update(JSON.stringify([backbone.weightsSha256, LEVELS, size]));
  for (const input of inputs) key.update(input);
  const file = path.join(cache, `maps-${key.digest('hex').slice(0, 16)}.f32`);
  const lengths = LEVELS.map(({ stride, channels }) => (size / stride) ** 2 * channels);
  const perPhoto = lengths.reduce((sum, length) => sum + length, 0);
  const cached = await readFile(file).catch(() => undefined);
  if (cached?.byteLength === inputs.length * perPhoto * 4) {
    const values = new Float32Array(cached.buffer, cached.byteOffset, inputs.length * perPhoto);
    return inputs.map((_, photo) => {
      let from = photo * perPhoto;
      return lengths.map((length) => values.subarray(from, (from += length)));
    });
  }
  const maps = await withProgress(title, inputs.length, (show) => featureMapsOf(backbone, inputs, show));
  await writeWhole(file, maps.flat());
  return maps;
}
