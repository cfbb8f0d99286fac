import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import seedrandom from 'seedrandom';
import { groupBy } from './group-by.ts';
import type { Split } from './manifest.ts';
import { shuffle, type SplitPhoto } from './splits.ts';
import { decodeRecords, encodeRecord } from './tfrecord.ts';

/** A photo as a shard holds it: the file's own bytes and what is known of it. */
export interface ShardRecord {
  encoded: Uint8Array;
  path: string;
  label: string;
  source: string;
  split: Split;
}

const PHOTOS_A_SHARD = 512;

/** `train-00003-of-00027.tfrecord`, the naming TensorFlow's own tools expect. */
export function shardName(split: Split, index: number, count: number): string {
  return `${split}-${String(index).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.tfrecord`;
}

/**
 * The photos of every shard: shuffled by the seed, so that a shard is a fair sample of its split. Each shard can be
 * written alone, and always comes out the same.
 */
export function planShards(photos: readonly SplitPhoto[], seed: number): { name: string; photos: SplitPhoto[] }[] {
  const plan: { name: string; photos: SplitPhoto[] }[] = [];
  for (const [split, members] of groupBy(photos, (photo) => photo.split)) {
    const ordered = [...members].sort((a, b) => (a.file < b.file ? -1 : 1));
    shuffle(ordered, seedrandom(`${seed}/${split}`));
    const count = Math.ceil(ordered.length / PHOTOS_A_SHARD);
    for (let index = 0; index < count; index++) {
      const slice = ordered.slice(index * PHOTOS_A_SHARD, (index + 1) * PHOTOS_A_SHARD);
      plan.push({ name: shardName(split, index, count), photos: slice });
    }
  }
  return plan;
}

/** Writes one shard under a temporary name first, so that a shard that is there is whole. */
export async function writeShard(file: string, photos: readonly SplitPhoto[], root: string): Promise<void> {
  const records: Buffer[] = [];
  for (const photo of photos) {
    records.push(
      encodeRecord({
        'image/encoded': await readFile(photo.file),
        'image/path': Buffer.from(path.relative(root, photo.file)),
        'image/class/text': Buffer.from(photo.label),
        'image/source': Buffer.from(photo.source),
        'image/split': Buffer.from(photo.split),
      }),
    );
  }
  await writeFile(`${file}.part`, Buffer.concat(records));
  await rename(`${file}.part`, file);
}

/**
 * Writes the shards that are not there yet, into a folder named by what goes into them.
 * @returns the folder.
 */
export async function writeShards(options: {
  photos: readonly SplitPhoto[];
  root: string;
  cache: string;
  seed: number;
  onShard?: (done: number, total: number) => void;
}): Promise<string> {
  const { photos, root, cache, seed, onShard } = options;
  const plan = planShards(photos, seed);
  const key = createHash('sha256');
  for (const shard of plan) {
    key.update(shard.name);
    for (const photo of shard.photos) key.update(`${path.relative(root, photo.file)}\t${photo.label}\n`);
  }
  const directory = path.join(cache, `shards-${key.digest('hex').slice(0, 16)}`);
  await mkdir(directory, { recursive: true });
  const present = new Set(await readdir(directory));
  for (const [index, shard] of plan.entries()) {
    if (!present.has(shard.name)) await writeShard(path.join(directory, shard.name), shard.photos, root);
    onShard?.(index + 1, plan.length);
  }
  return directory;
}

/** The records of a split, shard by shard, in the order they were written. */
export async function* readShards(directory: string, split: Split): AsyncGenerator<ShardRecord> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(`${split}-`) && name.endsWith('.tfrecord'));
  const text = new TextDecoder();
  for (const name of names.sort()) {
    for (const features of decodeRecords(await readFile(path.join(directory, name)), name)) {
      yield {
        encoded: features['image/encoded']!,
        path: text.decode(features['image/path']),
        label: text.decode(features['image/class/text']),
        source: text.decode(features['image/source']),
        split,
      };
    }
  }
}
