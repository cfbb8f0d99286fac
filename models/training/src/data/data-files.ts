import { existsSync, statSync, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readPhotoFile } from '@mushroom/recognition/photo-file/photo-file';
import type { ObjectStorage, StoredObject } from '@mushroom/recognition/registry/storage/object-storage';
import { fingerprintOf } from './fingerprint.ts';

/** What a folder has. Of a link, `kind` is that of what it leads to. */
export interface FolderEntry {
  name: string;
  kind: 'file' | 'folder' | 'dead link' | 'other';
  isLink: boolean;
}

/** The files that data is read from, by absolute path. */
export interface DataFiles {
  exists(place: string): boolean;
  isFolder(place: string): boolean;
  read(file: string): Promise<Buffer>;
  list(folder: string): Promise<FolderEntry[]>;
  /**
   * Tells a photo's content from any other; see {@link fingerprintOf}. A bucket has it listed.
   * @throws Error where the file had to be read for it, and can't be, or is no photo that is taken.
   */
  fingerprint(file: string): Promise<string>;
}

export const DISK: DataFiles = {
  exists: existsSync,
  isFolder: (place) => statSync(place).isDirectory(),
  read: (file) => readFile(file),
  list: async (folder) => {
    const entries = await readdir(folder, { withFileTypes: true });
    return Promise.all(entries.map((entry) => entryIn(folder, entry)));
  },
  async fingerprint(file) {
    // Who reads a pipe waits for ever.
    if (!(await stat(file)).isFile()) throw new Error('it is no file');
    const bytes = await readFile(file);
    readPhotoFile(bytes);
    return fingerprintOf(bytes);
  },
};

async function entryIn(folder: string, entry: Dirent): Promise<FolderEntry> {
  const { name } = entry;
  const isLink = entry.isSymbolicLink();
  const what = isLink ? await stat(path.join(folder, name)).catch(() => undefined) : entry;
  if (!what) return { name, isLink, kind: 'dead link' };
  return { name, isLink, kind: what.isDirectory() ? 'folder' : what.isFile() ? 'file' : 'other' };
}

/**
 * The objects of a storage as files below `root`, which is no folder of the disk. What there is is listed once.
 * @throws StorageError; `read` as well.
 */
export async function storedFiles(storage: ObjectStorage, root: string): Promise<DataFiles> {
  const files = new Map<string, StoredObject>();
  const folders = new Map<string, Map<string, FolderEntry>>([[root, new Map()]]);
  for (const object of await storage.list()) {
    const file = path.join(root, object.name);
    files.set(file, object);
    for (let child = file, kind: FolderEntry['kind'] = 'file'; child !== root; kind = 'folder') {
      const [parent, name] = [path.dirname(child), path.basename(child)];
      folders.set(
        parent,
        (folders.get(parent) ?? new Map<string, FolderEntry>()).set(name, { name, kind, isLink: false }),
      );
      child = parent;
    }
  }
  const read = (file: string) => storage.read(path.relative(root, file));
  return {
    exists: (place) => files.has(place) || folders.has(place),
    isFolder: (place) => folders.has(place),
    read,
    list: async (folder) => [...(folders.get(folder) ?? new Map<string, FolderEntry>()).values()],
    fingerprint: async (file) => files.get(file)?.fingerprint ?? fingerprintOf(await read(file)),
  };
}
