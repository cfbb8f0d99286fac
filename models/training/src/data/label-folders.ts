import path from 'node:path';
import { ACCEPTED_PHOTOS } from '@mushroom/recognition/photo-file/photo-refusal';
import { StorageError } from '@mushroom/recognition/registry/storage/object-storage';
import type { DataFiles, FolderEntry } from './data-files.ts';
import type { LeftOut } from './left-out.ts';
import type { Problems } from './unreadable-files.ts';

/** What a folder with a folder for each label holds: every entry is in one of these. */
export interface LabelFolders {
  /** `folder` is the name of the label's. */
  photos: { file: string; folder: string }[];
  leftOut: LeftOut[];
  problems: Problems;
}

/** Endings of the kinds that are taken. Whether a file is such a photo, its bytes decide: see `readPhotos`. */
const PHOTO = /\.(jpe?g|jpe|jfif|png|webp)$/i;

const isPhoto = ({ name, kind }: FolderEntry) => kind === 'file' && PHOTO.test(name) && !isHidden(name);

const isHidden = (name: string) => name.startsWith('.');

/**
 * Lists the photos in the folders of a folder. Behind a link may be a folder or a photo as well.
 * @throws Error, or StorageError, if the folder can't be listed.
 */
export async function readLabelFolders(root: string, files: DataFiles): Promise<LabelFolders> {
  const photos: LabelFolders['photos'] = [];
  const leftOut: LeftOut[] = [];
  const problems = new Map<string, string>();
  const leave = (place: string, reason: string) => leftOut.push({ place: path.relative(root, place), reason });

  /** The entries of a folder, but for those that are neither a folder nor named like a photo. */
  async function promisingIn(folder: string): Promise<(FolderEntry & { place: string })[]> {
    // File systems list in any order, and the manifest's hash depends on it.
    const entries = (await files.list(folder)).sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap((entry) => {
      const { name, kind } = entry;
      const place = path.join(folder, name);
      const ending = path.extname(name).toLowerCase();
      if (isHidden(name) && kind !== 'folder' && PHOTO.test(name))
        problems.set(place, 'A dot before a name is that of a note or a draft: macOS puts ._NAME beside NAME.');
      else if (isHidden(name)) leave(place, 'hidden by a dot before the name');
      else if (kind === 'dead link') problems.set(place, 'The link leads nowhere.');
      else if (kind === 'other') leave(place, 'neither a file nor a folder');
      else if (kind === 'file' && !PHOTO.test(name))
        leave(place, `${ending ? `ending in ${ending}` : 'without an ending'}, where ${ACCEPTED_PHOTOS} is taken`);
      else return [{ ...entry, place }];
      return [];
    });
  }

  /** Leaves out a folder inside that of a label, with all photos that are in it or deeper. */
  async function leaveFolder(folder: string, isLink: boolean): Promise<void> {
    // A link may lead back up.
    const entries = isLink ? [] : await files.list(folder).catch(() => []);
    const deep = entries.filter(isPhoto);
    for (const { name } of deep) leave(path.join(folder, name), 'photos too deep, in a folder inside that of a label');
    if (deep.length === 0) leave(folder, 'folders inside that of a label');
    for (const { name, kind, isLink } of entries)
      if (kind === 'folder') await leaveFolder(path.join(folder, name), isLink);
  }

  for (const entry of await promisingIn(root)) {
    if (entry.kind === 'file') {
      leave(entry.place, 'photos beside the folders of the labels, so without a label');
      continue;
    }
    const entries = await promisingIn(entry.place).catch((error: Error) => {
      if (error instanceof StorageError) throw error;
      problems.set(entry.place, `The folder can’t be listed: ${error.message}`);
      return undefined;
    });
    if (!entries) continue;
    for (const { place, kind, isLink } of entries) {
      if (kind === 'folder') await leaveFolder(place, isLink);
      else photos.push({ file: place, folder: entry.name });
    }
    if (!entries.some(({ kind }) => kind === 'file')) leave(entry.place, 'folders that have no photo');
  }
  return { photos, leftOut, problems };
}
