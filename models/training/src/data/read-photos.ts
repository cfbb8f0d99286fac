import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import path from 'node:path';
import { requireKnownLabels } from './label-space.ts';
import { leftOutLines, someOf } from './left-out.ts';
import { manifestSha256, readManifest, type Manifest, type PhotoRecord } from './manifest.ts';
import { checkFiles } from './photo-check.ts';
import { readSpecies } from './read-csv.ts';
import { reportUnreadable } from './unreadable-files.ts';

/** A photo whose file was read. */
export interface CheckedPhoto extends PhotoRecord {
  /** What tells its content: what is computed of it is kept by this, not by where it lies. */
  fingerprint: string;
}

/** Labelled photos, of whose files none need have been read. */
export interface ListedPhotos extends Pick<Manifest, 'root' | 'photos'> {
  /** The table that has all of their labels. */
  table: SpeciesTable;
}

export interface LabelledPhotos extends ListedPhotos {
  photos: CheckedPhoto[];
  /** Of paths, labels, sources, splits and groups: it names the data. */
  sha256: string;
  /** Of the files' bytes, in their order. */
  contentSha256: string;
}

/** Whether a bundle was trained on these very photos; of a bundle that knows no more, on photos of these names. */
export function isTrainedOn({ provenance }: Pick<Bundle, 'provenance'>, data: LabelledPhotos): boolean {
  const { sha256, contentSha256 = data.contentSha256 } = provenance.trainingData;
  return sha256 === data.sha256 && contentSha256 === data.contentSha256;
}

/**
 * Reads labelled photos, in any shape of {@link readManifest}, for all who train, judge or measure: nothing of the data
 * is left out or taken along without a line that says so, and whatever can't be used is found before anything is computed.
 *
 * @param how.skipUnreadable go on without files that can't be used.
 * @param how.check what is needed of the photos besides; called before their files are read.
 * @throws Error naming all labels that the species table lacks; UnreadableFilesError; what `check` throws.
 */
export async function readPhotos(
  data: string,
  how: {
    skipUnreadable?: boolean | undefined;
    check?: (listed: ListedPhotos) => void;
    cache?: string | undefined;
  } = {},
): Promise<LabelledPhotos> {
  const table = await readSpecies();
  const { root, photos: listed, leftOut, problems: known } = await readManifest(data);
  leftOutLines(leftOut).forEach((line) => console.log(line));
  requireKnownLabels(listed, table);
  how.check?.({ root, photos: listed, table });

  const { facts, problems } = await checkFiles(
    listed.map(({ file }) => file),
    { name: data, cache: how.cache },
  );
  reportUnreadable(new Map([...known, ...problems]), root, how.skipUnreadable ?? false);
  const photos = listed.flatMap((photo) => {
    const { fingerprint } = facts.get(photo.file) ?? {};
    return fingerprint ? [{ ...photo, fingerprint }] : [];
  });
  if (photos.length === 0) throw new Error(`${data}: no photo is left`);

  const cut = photos.filter(({ file }) => facts.get(file)!.cut > 0).map(({ file }) => path.relative(root, file));
  if (cut.length > 0)
    console.log(`used, though up to 5 % of their rows are missing at the end: ${cut.length} (${someOf(cut)})`);
  const contentSha256 = sha256(photos.map(({ fingerprint }) => `${fingerprint}\n`).join(''));
  return { root, photos, table, sha256: manifestSha256({ root, photos }), contentSha256 };
}
