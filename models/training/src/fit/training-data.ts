import path from 'node:path';
import { readDecisions, staysAfter } from '../data/decisions.ts';
import { labelSpaceOf, type LabelSpace } from '../data/label-space.ts';
import { SPLITS, type Split } from '../data/manifest.ts';
import { readPhotos, type LabelledPhotos, type ListedPhotos } from '../data/read-photos.ts';
import { readIndex, readShards, writeShards, type IndexEntry, type ShardRecord } from '../data/shards.ts';
import { splitPhotos } from '../data/splits.ts';
import { CACHE } from '../terminal/places.ts';
import { group as groupBy } from 'd3-array';
import { requireClasses, requireVal } from './enough-photos.ts';

/** Where a photo stands: its place among the records of its split. */
export interface PhotoRow extends IndexEntry {
  row: number;
  /** Near-duplicates have the same. */
  group: string | null;
  /** One of a few photos of a species, from a collection that nobody checked. */
  reference: boolean;
}

/** The photos of the data, divided and in shards. */
export interface ShardedPhotos extends Omit<LabelledPhotos, 'photos'> {
  /** Folder of the shards. They keep what cleaning drops, so that what was computed on them outlives a decision. */
  shards: string;
  countOf: (split: Split) => number;
  rowsOf: (split: Split) => PhotoRow[];
}

/** What a model is taught with and judged by, before anything is computed. */
export interface TrainingData extends ShardedPhotos {
  /** Rows of `train` to learn from. */
  taught: PhotoRow[];
  tune: PhotoRow[];
  val: PhotoRow[];
  field: PhotoRow[];
  space: LabelSpace;
}

/**
 * Divides photos and writes the shards where they are missing.
 * @throws Error where a file can't be read.
 */
export async function shardPhotos(
  { photos: read, ...data }: LabelledPhotos,
  { cache = CACHE, seed }: { cache?: string | undefined; seed: number },
): Promise<ShardedPhotos> {
  const photos = splitPhotos(read, seed);
  const countOf = (split: Split) => photos.filter((photo) => photo.split === split).length;
  console.log(`photos: ${SPLITS.map((split) => `${countOf(split)} ${split}`).join(', ')}`);
  const shards = await writeShards({ photos, root: data.root, cache, seed });
  console.log(`shards: ${shards}`);

  const index = groupBy(await readIndex(shards), ({ split }) => split);
  const photoAt = new Map(photos.map((photo) => [path.relative(data.root, photo.file), photo]));
  const rowsOf = (split: Split) =>
    (index.get(split) ?? []).map((entry, row): PhotoRow => {
      const { group, reference = false } = photoAt.get(entry.path)!;
      return { ...entry, row, group, reference };
    });
  return { ...data, shards, countOf, rowsOf };
}

/**
 * Reads the data and makes the classes.
 *
 * @param request.cleaning decisions of cleaning; nothing is dropped without.
 * @param request.skipUnreadable go on without files that can't be used.
 * @param request.minPhotos training photos that a species needs for a class.
 * @param request.check what else is needed of the classes; called before the photos' files are read.
 * @throws Error, before anything is computed, if there are too few classes or no `val`; as `readPhotos`.
 */
export async function readTrainingData(request: {
  data: string;
  cleaning?: string | undefined;
  skipUnreadable?: boolean;
  cache?: string;
  seed: number;
  minPhotos: number;
  check?: (space: LabelSpace) => void;
}): Promise<TrainingData> {
  const { data, seed, minPhotos, cache, skipUnreadable } = request;
  const stays = staysAfter(request.cleaning ? await readDecisions(request.cleaning) : []);
  const classesOf = ({ root, photos, table }: ListedPhotos): LabelSpace => {
    const left = splitPhotos(photos, seed).filter(({ file, split }) =>
      stays({ path: path.relative(root, file), split }),
    );
    const labelsOf = (wanted: Split) => left.flatMap(({ split, label }) => (split === wanted ? [label] : []));
    const labels = labelsOf('train');
    const space = labelSpaceOf(labels, table, minPhotos);
    requireClasses(space, labels, table, minPhotos);
    requireVal(space, labelsOf('val'));
    request.check?.(space);
    return space;
  };
  const read = await readPhotos(data, { skipUnreadable, cache, check: classesOf });
  const space = classesOf(read);
  const photos = await shardPhotos(read, { seed, cache });
  const left = (split: Split) => photos.rowsOf(split).filter(stays);
  const [taught, tune, val, field] = [left('train'), left('tune'), left('val'), left('field')];
  console.log(`to train on: ${taught.length}; of other sources, to tune on: ${tune.length}`);
  console.log(`classes: ${space.labels.length}`);
  return { ...photos, taught, tune, val, field, space };
}

export interface TaughtPhoto extends ShardRecord {
  classes: readonly number[];
}

/** The photos to learn from, with their pixels and the classes under their labels. */
export async function taughtPhotos({ shards, taught, space }: TrainingData): Promise<TaughtPhoto[]> {
  const paths = new Set(taught.map(({ path: photo }) => photo));
  const photos = [];
  for await (const record of readShards(shards, 'train'))
    if (paths.has(record.path)) photos.push({ ...record, classes: space.taughtClassesOf(record.label) });
  return photos;
}
