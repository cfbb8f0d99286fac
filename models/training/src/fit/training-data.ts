import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDecisions, staysAfter } from '../data/decisions.ts';
import { labelSpaceOf, type LabelSpace } from '../data/label-space.ts';
import { readManifest, SPLITS, type Split } from '../data/manifest.ts';
import { readShards, writeShards, type ShardRecord } from '../data/shards.ts';
import { splitPhotos } from '../data/splits.ts';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

/** Where a photo stands: its place among the records of its split. */
export interface PhotoRow {
  path: string;
  label: string;
  source: string;
  row: number;
  /** One of a few photos of a species, from a collection that nobody checked. */
  reference: boolean;
}

/** What a model is taught with and judged by, before anything is computed. */
export interface TrainingData {
  sha256: string;
  table: SpeciesTable;
  /** Folder of the shards. They keep what cleaning drops, so that what was computed on them outlives a decision. */
  shards: string;
  countOf: (split: Split) => number;
  /** Rows of `train` to learn from. */
  taught: PhotoRow[];
  tune: PhotoRow[];
  val: PhotoRow[];
  field: PhotoRow[];
  space: LabelSpace;
}

/**
 * Reads the data, splits it, writes the shards where they are missing, and makes the leaves.
 *
 * @param request.cleaning decisions of cleaning; nothing is dropped without.
 * @param request.minPhotos training photos that a species needs for a leaf.
 * @throws Error where a file can't be read.
 */
export async function readTrainingData(request: {
  data: string;
  cleaning?: string | undefined;
  cache: string;
  seed: number;
  minPhotos: number;
}): Promise<TrainingData> {
  const { data, cache, seed, minPhotos } = request;
  const table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
  const manifest = await readManifest(data);
  const photos = splitPhotos(manifest.photos, seed);
  const countOf = (split: Split) => photos.filter((photo) => photo.split === split).length;
  console.log(`photos: ${SPLITS.map((split) => `${countOf(split)} ${split}`).join(', ')}`);
  const shards = await writeShards({ photos, root: manifest.root, cache, seed });
  console.log(`shards: ${shards}`);

  const stays = staysAfter(request.cleaning ? await readDecisions(request.cleaning) : []);
  const reference = new Set(
    photos.filter((photo) => photo.reference).map(({ file }) => path.relative(manifest.root, file)),
  );
  const rowsOf = async (split: Split) =>
    (await rowsOfSplit(shards, split, reference)).filter((row) => stays({ path: row.path, split }));
  const taught = await rowsOf('train');
  const tune = await rowsOf('tune');
  console.log(`to train on: ${taught.length}; of other sources, to tune on: ${tune.length}`);
  const space = labelSpaceOf(
    taught.map(({ label }) => label),
    table,
    minPhotos,
  );
  console.log(`classes: ${space.labels.length}`);
  const [val, field] = [await rowsOf('val'), await rowsOf('field')];
  return { sha256: manifest.sha256, table, shards, countOf, taught, tune, val, field, space };
}

async function rowsOfSplit(shards: string, split: Split, reference: ReadonlySet<string>): Promise<PhotoRow[]> {
  const rows: PhotoRow[] = [];
  for await (const { path: photo, label, source } of readShards(shards, split))
    rows.push({ path: photo, label, source, row: rows.length, reference: reference.has(photo) });
  return rows;
}

/** The photos to learn from, with their pixels and the leaves under their labels. */
export async function taughtPhotos({
  shards,
  taught,
  space,
}: TrainingData): Promise<(ShardRecord & { leaves: readonly number[] })[]> {
  const paths = new Set(taught.map(({ path: photo }) => photo));
  const photos = [];
  for await (const record of readShards(shards, 'train'))
    if (paths.has(record.path)) photos.push({ ...record, leaves: space.taughtLeavesOf(record.label) });
  return photos;
}

/** Photos with the logits that a model gave them, in the order of the rows. */
export function evaluatedPhotos(
  rows: readonly PhotoRow[],
  split: Split,
  logits: readonly Float32Array[],
  space: LabelSpace,
): EvaluatedPhoto[] {
  return rows.map(({ path: photo, label, source }, index) => ({
    path: photo,
    label,
    source,
    split,
    leaves: space.leavesOf(label),
    knownSpecies: space.isKnownSpecies(label),
    logits: logits[index]!,
  }));
}
