import path from 'node:path';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { readIfThere, type ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import {
  encodeShard,
  INDEX_FILE,
  indexOf,
  isShardOf,
  planShards,
  shardFolder,
  type PlannedShard,
  type ShardPhoto,
} from './shards.ts';
import { reportUnreadable } from './unreadable-files.ts';
import { jsonText } from './write-whole.ts';

/** One of `of` processes that make the shards of the same photos, each its own share of them. */
export interface ShardJob {
  photos: readonly ShardPhoto[];
  root: string;
  /** The bytes of a photo's file. It throws a PhotoRefusal if that is no photo that is taken. */
  read: (file: string) => Promise<Uint8Array>;
  /** Whether shards are written without the files that are no such photos. */
  skipUnreadable?: boolean;
  out: ObjectStorage;
  seed: number;
  photosAShard?: number;
  /** From 0. */
  index: number;
  of: number;
  onShard?: (name: string, what: 'written' | 'already there') => void;
}

/** What the shards of a folder are: `_manifest.json`, there as soon as all of them are. */
export interface ShardManifest {
  seed: number;
  shards: ShardFacts[];
}

export interface ShardFacts {
  name: string;
  photos: number;
  bytes: number;
  sha256: string;
  /** Paths, from the data's root, of files that are no photos that are taken, and so not in it. */
  leftOut?: string[];
}

/**
 * Writes the shards of one index, every `of`-th of the plan, into the folder that a single machine would give them;
 * byte for byte the same ones. Shards that are there and whole are kept, so an index that was killed goes on where it
 * was, and may be run as often as one likes. The last index to be done writes `_index.jsonl`, then
 * `_manifest.json`.
 * @returns the folder's name, and whether all indices are done.
 * @throws UnreadableFilesError naming all files of this index's shards that are no photos that are taken: the other
 *   shards are written by then; StorageError; Error where a file can't be read.
 */
export async function runShardJob(job: ShardJob): Promise<{ folder: string; isComplete: boolean }> {
  const { photos, root, out, seed, photosAShard, index, of, onShard } = job;
  const plan = planShards(photos, seed, photosAShard);
  const folder = shardFolder(plan, root);
  const own: ShardFacts[] = [];
  const problems = new Map<string, string>();
  for (const shard of plan.filter((_, position) => position % of === index)) {
    const object = `${folder}/${shard.name}`;
    const held = await readIfThere(out, object);
    const isThere = held !== undefined && isShardOf(held, shard, root);
    const { bytes, refused } = isThere
      ? { bytes: held, refused: new Map<string, string>() }
      : await encodeShard(shard.photos, root, job.read);
    refused.forEach((why, file) => problems.set(file, why));
    if (refused.size > 0 && !job.skipUnreadable) continue;
    if (!isThere) await out.write(object, bytes);
    const leftOut = [...refused.keys()].map((file) => path.relative(root, file));
    own.push({
      name: shard.name,
      photos: shard.photos.length - refused.size,
      bytes: bytes.length,
      sha256: sha256(bytes),
      ...(leftOut.length > 0 && { leftOut }),
    });
    onShard?.(shard.name, isThere ? 'already there' : 'written');
  }
  reportUnreadable(problems, root, job.skipUnreadable ?? false);
  await out.write(doneName(folder, index, of), Buffer.from(jsonText(own, 2)));
  return { folder, isComplete: await complete(job, folder, plan) };
}

const doneName = (folder: string, index: number, of: number) => `${folder}/_done/${index}-of-${of}.json`;

/**
 * Every index looks after it has said that it is done, so at least the last one sees all. Where two do, they write the
 * same.
 */
async function complete(
  { out, seed, of, root }: ShardJob,
  folder: string,
  plan: readonly PlannedShard[],
): Promise<boolean> {
  const done = new Set((await out.list(`${folder}/_done/`)).map(({ name }) => name));
  const wanted = Array.from({ length: of }, (_, index) => doneName(folder, index, of));
  if (!wanted.every((name) => done.has(name))) return false;
  const parts = await Promise.all(
    wanted.map(async (name) => JSON.parse((await out.read(name)).toString()) as ShardFacts[]),
  );
  const shards = parts.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  const leftOut = new Set(shards.flatMap((shard) => shard.leftOut ?? []));
  const held = plan.map(({ name, photos }) => ({
    name,
    photos: photos.filter(({ file }) => !leftOut.has(path.relative(root, file))),
  }));
  await out.write(`${folder}/${INDEX_FILE}`, indexOf(held, root));
  await out.write(`${folder}/_manifest.json`, Buffer.from(jsonText({ seed, shards } satisfies ShardManifest, 2)));
  return true;
}
