import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import seedrandom from 'seedrandom';
import { groupBy } from '../terminal/group-by.ts';
import type { Split } from './manifest.ts';
import { shuffle, type SplitPhoto } from './splits.ts';
import { decodeRecords, encodeRecord, TfRecordError, type ByteFeatures } from './tfrecord.ts';

/** A photo as a shard holds it: the file's own bytes and what is known of it. */
export interface ShardRecord {
  encoded: Uint8Array;
  path: string;
  label: string;
  source: string;
  split: Split;
}

export const PHOTOS_A_SHARD = 512;

/** `train-00003-of-00027.tfrecord`, the naming TensorFlow's own tools expect. */
export function shardName(split: Split, index: number, count: number): string {
  return `${split}-${String(index).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.tfrecord`;
}

export interface PlannedShard {
  name: string;
  photos: SplitPhoto[];
}

/**
 * The photos of every shard: shuffled by the seed, so that a shard is a fair sample of its split. Each shard can be
 * written alone, and always comes out the same.
 */
export function planShards(
  photos: readonly SplitPhoto[],
  seed: number,
  photosAShard: number = PHOTOS_A_SHARD,
): PlannedShard[] {
  const plan: PlannedShard[] = [];
  for (const [split, members] of groupBy(photos, (photo) => photo.split)) {
    const ordered = [...members].sort((a, b) => (a.file < b.file ? -1 : 1));
    shuffle(ordered, seedrandom(`${seed}/${split}`));
    const count = Math.ceil(ordered.length / photosAShard);
    for (let index = 0; index < count; index++) {
      const slice = ordered.slice(index * photosAShard, (index + 1) * photosAShard);
      plan.push({ name: shardName(split, index, count), photos: slice });
    }
  }
  return plan;
}

/** The folder of a plan's shards: named by what goes into them. */
export function shardFolder(plan: readonly PlannedShard[], root: string): string {
  const key = createHash('sha256');
  for (const shard of plan) {
    key.update(shard.name);
    for (const photo of shard.photos) key.update(`${path.relative(root, photo.file)}\t${photo.label}\n`);
  }
  return `shards-${key.digest('hex').slice(0, 16)}`;
}

/** How many photos are read at the same time: from a bucket each takes some tens of milliseconds. */
const PHOTOS_AT_ONCE = 16;

/**
 * The bytes of a shard: a TFRecord file.
 * @param read gives the bytes of a photo's file.
 */
export async function encodeShard(
  photos: readonly SplitPhoto[],
  root: string,
  read: (file: string) => Promise<Uint8Array> = readFile,
): Promise<Buffer> {
  const records: Buffer[] = [];
  for (let first = 0; first < photos.length; first += PHOTOS_AT_ONCE) {
    const some = photos.slice(first, first + PHOTOS_AT_ONCE);
    const encoded = await Promise.all(some.map(({ file }) => read(file)));
    some.forEach((photo, index) => records.push(encodeRecord(featuresOf(photo, root, encoded[index]!))));
  }
  return Buffer.concat(records);
}

function featuresOf(photo: SplitPhoto, root: string, encoded: Uint8Array): ByteFeatures {
  return {
    'image/encoded': encoded,
    'image/path': Buffer.from(path.relative(root, photo.file)),
    'image/class/text': Buffer.from(photo.label),
    'image/source': Buffer.from(photo.source),
    'image/split': Buffer.from(photo.split),
  };
}

/**
 * Whether bytes are the whole shard of these photos: every checksum of its records holds, and they are of the photos,
 * in their order, with their labels.
 */
export function isShardOf(bytes: Uint8Array, { name, photos }: PlannedShard, root: string): boolean {
  const text = new TextDecoder();
  let count = 0;
  try {
    for (const features of decodeRecords(bytes, name)) {
      const photo = photos[count++];
      if (!photo) return false;
      const { 'image/encoded': _encoded, ...expected } = featuresOf(photo, root, new Uint8Array());
      for (const [key, value] of Object.entries(expected)) {
        if (text.decode(features[key]) !== text.decode(value)) return false;
      }
    }
  } catch (error) {
    if (error instanceof TfRecordError) return false;
    throw error;
  }
  return count === photos.length;
}

/** Writes one shard under a temporary name first, so that a shard that is there is whole. */
export async function writeShard(file: string, photos: readonly SplitPhoto[], root: string): Promise<void> {
  await writeFile(`${file}.part`, await encodeShard(photos, root));
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
  photosAShard?: number;
  onShard?: (done: number, total: number) => void;
}): Promise<string> {
  const { photos, root, cache, seed, photosAShard, onShard } = options;
  const plan = planShards(photos, seed, photosAShard);
  const directory = path.join(cache, shardFolder(plan, root));
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
