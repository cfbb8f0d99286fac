import path from 'node:path';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { DISK, type DataFiles } from './data-files.ts';
import { readLabelFolders } from './label-folders.ts';
import { leftOutLines, type LeftOut } from './left-out.ts';
import type { Problems } from './unreadable-files.ts';
import { readCsv } from './read-csv.ts';

/**
 * `train` is learnt from; temperatures and thresholds are chosen on `val`, of the same sources, and on `tune`, of others;
 * the test is of sources that none of them has, and only reports. Data and bundles call it by its old name, `field`.
 */
export const SPLITS = ['train', 'tune', 'val', 'field'] as const;
export type Split = (typeof SPLITS)[number];

/** A split as readers know it. */
export const nameOf = (split: Split): string => (split === 'field' ? 'test' : split);

/** What a bundle is judged by: everything that its `evaluation.json` tells. */
export const JUDGED_SPLITS = ['val', 'field'] as const satisfies readonly Split[];
export type JudgedSplit = (typeof JUDGED_SPLITS)[number];

/** The label of a photo that shows no mushroom. */
export const NOT_A_MUSHROOM = 'not-a-mushroom';

/** One labelled photo. */
export interface PhotoRecord {
  /** Absolute path of the file. */
  file: string;
  /** A species, a genus, or `not-a-mushroom`, as the data's owner wrote it. */
  label: string;
  source: string;
  /** Absent where the data names no splits: then they are made. */
  split?: Split;
  /** Photos of one group are near-duplicates, or of one specimen: they stay in one split. */
  group: string | null;
  /** One of a few photos of a species, from a collection that nobody checked. */
  reference?: true;
}

export interface Manifest {
  /** The folder that the photos' paths are relative to. */
  root: string;
  photos: PhotoRecord[];
  /** What else there is. */
  leftOut: LeftOut[];
  /** Why something that should be a photo, or a folder of photos, can't be used: so far as no file was read. */
  problems: Problems;
}

function recordFrom(row: Record<string, string>, line: number, csvFile: string): PhotoRecord {
  const { path: relative, label, source, split, dup_group: group } = row;
  if (!relative || !label) throw new Error(`${csvFile}, line ${line}: the columns "path" and "label" are needed`);
  if (split && !SPLITS.includes(split as Split)) {
    throw new Error(`${csvFile}, line ${line}: "${split}" is no split (${SPLITS.join(', ')})`);
  }
  return {
    file: path.resolve(path.dirname(csvFile), relative),
    label,
    source: source || path.basename(csvFile, '.csv'),
    split: (split as Split) || undefined,
    group: group || null,
  };
}

async function recordsOf(csvFile: string, files: DataFiles): Promise<PhotoRecord[]> {
  return (await readCsv(csvFile, files.read)).map((row, index) => recordFrom(row, index + 2, csvFile));
}

/** A folder a label: `Amanita_muscaria/anything.jpg`. */
async function photosInFolders(root: string, files: DataFiles): Promise<Manifest> {
  const { photos, ...rest } = await readLabelFolders(root, files);
  const records = photos.map(({ file, folder }) => {
    const label = folder === NOT_A_MUSHROOM ? NOT_A_MUSHROOM : folder.replaceAll('_', ' ');
    return { file, label, source: path.basename(root), group: null };
  });
  return { root, photos: records, ...rest };
}

/** The lists of a folder, and what is known of all photos of one. */
const LISTS: [name: string, known: Partial<PhotoRecord>][] = [
  ['labels.csv', {}],
  ['negatives.csv', { label: NOT_A_MUSHROOM }],
  ['reference.csv', { split: 'train', reference: true }],
];

async function photosIn(data: string, files: DataFiles): Promise<Manifest> {
  const listed = { leftOut: [], problems: new Map() };
  if (data.endsWith('.csv')) return { root: path.dirname(data), photos: await recordsOf(data, files), ...listed };
  if (!files.isFolder(data)) throw new Error(`${data}: neither a CSV nor a folder of photos`);
  const root = ['', 'mushrooms']
    .map((folder) => path.join(data, folder))
    .find((folder) => files.exists(path.join(folder, 'labels.csv')));
  if (!root) return photosInFolders(data, files);
  const photos: PhotoRecord[] = [];
  for (const [name, known] of LISTS) {
    const file = path.join(root, name);
    if (!files.exists(file)) continue;
    photos.push(...(await recordsOf(file, files)).map((record) => ({ ...record, ...known })));
  }
  return { root, photos, ...listed };
}

/**
 * Lists labelled photos in any of three shapes:
 * a CSV (`path,label[,source][,split][,dup_group]`, paths relative to it);
 * a folder with `labels.csv`, with `negatives.csv` where there are photos of no mushroom, and `reference.csv` where
 * there are a few photos of many more species;
 * a folder of folders, one a label.
 *
 * No photo is read: `readPhotos` does that.
 *
 * @param files of the disk, or of another place that has paths.
 * @throws Error naming the file and line of what is wrong, or saying that there is no photo.
 */
export async function readManifest(data: string, files: DataFiles = DISK): Promise<Manifest> {
  if (!files.exists(data)) throw new Error(`${data}: no such file or folder. Give --data a CSV or a folder of photos.`);
  const manifest = await photosIn(data, files);
  const { photos, leftOut } = manifest;
  const problems = new Map(manifest.problems);
  for (const { file } of photos) if (!files.exists(file)) problems.set(file, 'It is not there.');
  if (photos.length === 0 && problems.size === 0) {
    const none = `${data}: no labelled photos found (labels.csv, a CSV, or a folder a label)`;
    throw new Error([none, ...leftOutLines(leftOut)].join('\n'));
  }
  return { ...manifest, photos: photos.filter(({ file }) => !problems.has(file)), problems };
}

/** Of what a manifest says, not of the photos' bytes: it names the data a model was trained on. */
export function manifestSha256({ root, photos }: Pick<Manifest, 'root' | 'photos'>): string {
  const lines = photos.map(({ file, label, source, split, group }) =>
    [path.relative(root, file), label, source, split ?? '', group ?? ''].join('\t'),
  );
  return sha256(`${lines.join('\n')}\n`);
}
