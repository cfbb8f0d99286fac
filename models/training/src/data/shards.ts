import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import seedrandom from 'seedrandom';
import { group as groupBy } from 'd3-array';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { PhotoRefusal } from '@mushroom/recognition/photo-file/photo-refusal';
import { fingerprintOf, isOfContent } from './fingerprint.ts';
import type { Split } from './manifest.ts';
import type { CheckedPhoto } from './read-photos.ts';
import { shuffle, type SplitPhoto } from './splits.ts';
import { decodeRecords, encodeRecord, TfRecordError, type ByteFeatures } from './tfrecord.ts';
import { isDraft, writeWhole } from './write-whole.ts';

/** What a shard says of a photo. */
export interface IndexEntry {
  /** From the data's root. */
  path: string;
  /** A species, a genus, or `not-a-mushroom`, as the data's owner wrote it. */
  label: string;
  source: string;
  split: Split;
}

/** A photo as a shard holds it: the file's own bytes and what is known of it. */
export interface ShardRecord extends IndexEntry {
  encoded: Uint8Array;
}

export const PHOTOS_A_SHARD = 512;

/** `train-00003-of-00027.tfrecord`, the naming TensorFlow's own tools expect. */
export function shardName(split: Split, index: number, count: number): string {
  return `${split}-${String(index).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.tfrecord`;
}

/** A photo that goes into a shard. */
export type ShardPhoto = SplitPhoto<CheckedPhoto>;

export interface PlannedShard {
  name: string;
  photos: ShardPhoto[];
}

/**
 * The photos of every shard, by the shards' names: shuffled by the seed, so that a shard is a fair sample of its split.
 * Each shard can be written alone, and always comes out the same.
 */
export function planShards(
  photos: readonly ShardPhoto[],
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
  return plan.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder of a plan's shards: named by what goes into them, the photos' content as well. */
export function shardFolder(plan: readonly PlannedShard[], root: string): string {
  const contents = plan.map(({ name, photos }) => [
    name,
    photos.map((photo) => ({ ...entryOf(photo, root), fingerprint: photo.fingerprint })),
  ]);
  return `shards-${sha256(JSON.stringify(contents)).slice(0, 16)}`;
}

function entryOf({ file, label, source, split }: SplitPhoto, root: string): IndexEntry {
  return { path: path.relative(root, file), label, source, split };
}

/** What the shards of a folder hold, without the photos: a line of JSON a record, in the order of the shards. */
export const INDEX_FILE = '_index.jsonl';

/** What `_index.jsonl` says of a plan's shards. */
export function indexOf(plan: readonly PlannedShard[], root: string): Buffer {
  const photos = plan.flatMap((shard) => shard.photos);
  return Buffer.from(photos.map((photo) => `${JSON.stringify(entryOf(photo, root))}\n`).join(''));
}

/**
 * What is known of every photo in a folder of shards; those of a split are in the order of {@link readShards}.
 * @throws Error where the folder has no index.
 */
export async function readIndex(directory: string): Promise<IndexEntry[]> {
  const text = await readFile(path.join(directory, INDEX_FILE), 'utf8').catch((error: Error) => {
    throw new Error(`${directory} has no ${INDEX_FILE}: its shards are not complete; make them again`, {
      cause: error,
    });
  });
  return text.split('\n').flatMap((line) => (line ? [JSON.parse(line) as IndexEntry] : []));
}

/** How many photos are read at the same time: from a bucket each takes some tens of milliseconds. */
const PHOTOS_AT_ONCE = 16;

export interface EncodedShard {
  /** A TFRecord file. */
  bytes: Buffer;
  /** Photos that are not in it, and why. */
  refused: Map<string, string>;
}

/**
 * Puts a shard together.
 * @param read gives the bytes of a photo's file; a PhotoRefusal leaves the photo out.
 * @throws Error naming a file that is not what it was when the shard was planned; what else `read` throws.
 */
export async function encodeShard(
  photos: readonly ShardPhoto[],
  root: string,
  read: (file: string) => Promise<Uint8Array> = readFile,
): Promise<EncodedShard> {
  const records: Buffer[] = [];
  const refused = new Map<string, string>();
  for (let first = 0; first < photos.length; first += PHOTOS_AT_ONCE) {
    const some = photos.slice(first, first + PHOTOS_AT_ONCE);
    const encoded = await Promise.all(
      some.map(({ file }) =>
        read(file).catch((error: Error) => {
          if (error instanceof PhotoRefusal) return error;
          throw error;
        }),
      ),
    );
    some.forEach((photo, index) => {
      const bytes = encoded[index]!;
      if (bytes instanceof PhotoRefusal) refused.set(photo.file, bytes.message);
      else records.push(encodeRecord(featuresOf(photo, root, bytes)));
    });
  }
  return { bytes: Buffer.concat(records), refused };
}

function featuresOf(photo: ShardPhoto, root: string, encoded: Uint8Array): ByteFeatures {
  if (isOfContent(photo.fingerprint) && fingerprintOf(encoded) !== photo.fingerprint)
    throw new Error(`${photo.file} was changed meanwhile; start again`);
  const entry = entryOf(photo, root);
  return {
    'image/encoded': encoded,
    'image/path': Buffer.from(entry.path),
    'image/class/text': Buffer.from(entry.label),
    'image/source': Buffer.from(entry.source),
    'image/split': Buffer.from(entry.split),
  };
}

/**
 * Whether bytes are the whole shard of these photos: every checksum of its records holds, and they are of the photos,
 * in their order, with their labels.
 */
export function isShardOf(bytes: Uint8Array, { name, photos }: PlannedShard, root: string): boolean {
  try {
    const held = [...decodeRecords(bytes, name)].map(entryIn);
    const wanted = photos.map((photo) => entryOf(photo, root));
    return isDeepStrictEqual(held, wanted);
  } catch (error) {
    if (error instanceof TfRecordError) return false;
    throw error;
  }
}

function entryIn(features: ByteFeatures): IndexEntry {
  const text = (name: string) => Buffer.from(features[name] ?? []).toString();
  return {
    path: text('image/path'),
    label: text('image/class/text'),
    source: text('image/source'),
    split: text('image/split') as Split,
  };
}

/** A draft that nobody finished: no shard takes an hour. */
async function removeIfOld(draft: string): Promise<void> {
  const written = await stat(draft).catch(() => null);
  if (written && Date.now() - written.mtimeMs > 3_600_000) await rm(draft, { force: true });
}

/**
 * Writes the shards that are not there yet, into a folder named by what goes into them, and then their index.
 * @returns the folder.
 */
export async function writeShards(options: {
  photos: readonly ShardPhoto[];
  root: string;
  cache: string;
  seed: number;
  photosAShard?: number;
}): Promise<string> {
  const { photos, root, cache, seed, photosAShard } = options;
  const plan = planShards(photos, seed, photosAShard);
  const directory = path.join(cache, shardFolder(plan, root));
  await mkdir(directory, { recursive: true });
  const present = new Set(await readdir(directory));
  for (const name of present) if (isDraft(name)) await removeIfOld(path.join(directory, name));
  for (const shard of plan) {
    if (present.has(shard.name)) continue;
    const { bytes } = await encodeShard(shard.photos, root);
    await writeWhole(path.join(directory, shard.name), bytes);
  }
  await writeWhole(path.join(directory, INDEX_FILE), indexOf(plan, root));
  return directory;
}

/** The records of a split, shard by shard, in the order they were written. */
export async function* readShards(directory: string, split: Split): AsyncGenerator<ShardRecord> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(`${split}-`) && name.endsWith('.tfrecord'));
  for (const name of names.sort()) {
    for (const features of decodeRecords(await readFile(path.join(directory, name)), name))
      yield { encoded: features['image/encoded']!, ...entryIn(features) };
  }
}
