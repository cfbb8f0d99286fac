import { existsSync, statSync, type Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';

/** The files that data is read from, by absolute path. */
export interface DataFiles {
  exists(place: string): boolean;
  isFolder(place: string): boolean;
  read(file: string): Promise<Buffer>;
  list(folder: string): Promise<Pick<Dirent, 'name' | 'isDirectory'>[]>;
}

export const DISK: DataFiles = {
  exists: existsSync,
  isFolder: (place) => statSync(place).isDirectory(),
  read: (file) => readFile(file),
  list: (folder) => readdir(folder, { withFileTypes: true }),
};

/**
 * The objects of a storage as files below `root`, which is no folder of the disk. What there is is listed once.
 * @throws StorageError; `read` as well.
 */
export async function storedFiles(storage: ObjectStorage, root: string): Promise<DataFiles> {
  const files = new Set<string>();
  const folders = new Map<string, Map<string, boolean>>([[root, new Map()]]);
  for (const { name } of await storage.list()) {
    const file = path.join(root, name);
    files.add(file);
    for (let child = file, isFolder = false; child !== root; child = path.dirname(child), isFolder = true) {
      const parent = path.dirname(child);
      folders.set(parent, (folders.get(parent) ?? new Map<string, boolean>()).set(path.basename(child), isFolder));
    }
  }
  return {
    exists: (place) => files.has(place) || folders.has(place),
    isFolder: (place) => folders.has(place),
    read: (file) => storage.read(path.relative(root, file)),
    list: async (folder) =>
      [...(folders.get(folder) ?? [])].map(([name, isFolder]) => ({ name, isDirectory: () => isFolder })),
  };
}
