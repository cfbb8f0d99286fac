import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BundleError, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import {
  GenerationConflictError,
  NO_GENERATION,
  readIfThere,
  type ObjectStorage,
} from '@mushroom/recognition/registry/storage/object-storage';
import { checkBundle } from '../pack/golden.ts';
import { recordAudit } from './audit.ts';
import { readStoredBundle } from '@mushroom/recognition/registry/stored-bundle';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';

export interface Published {
  name: string;
  version: string;
  /** False where this very bundle was there already. */
  isNew: boolean;
}

/**
 * Puts a bundle into a storage, as `<name>/<version>/`. It is checked first: its schema, its checksums, and that it
 * gives its golden outputs on the backend of this process. bundle.json goes last, so that a version is seen whole or
 * not at all; nothing that is there is overwritten. An interrupted publishing is completed by doing it again.
 * @throws BundleError where the bundle can't be trusted, or another content has its version; StorageError.
 */
export async function publishBundle(directory: string, storage: ObjectStorage, actor: string): Promise<Published> {
  const open = await openBundle(directory);
  await checkBundle(open);
  const { name, version, files } = open.bundle;
  const place = `${name}/${version}`;
  const bundleJson = await readFile(path.join(directory, 'bundle.json'));

  const there = await readIfThere(storage, `${place}/bundle.json`);
  if (there) {
    if (!there.equals(bundleJson)) throw occupied(storage, place);
    await readStoredBundle(storage, name, version);
    return { name, version, isNew: false };
  }

  const put = async (file: string, bytes: Buffer) => {
    try {
      await storage.write(`${place}/${file}`, bytes, { ifGeneration: NO_GENERATION });
    } catch (error) {
      if (error instanceof GenerationConflictError) throw occupied(storage, place);
      throw error;
    }
  };
  await Promise.all(Object.keys(files).map(async (file) => put(file, await readFile(path.join(directory, file)))));
  const record = { actor, label: null, from: null, to: version, bundleSha256: sha256(bundleJson) };
  await recordAudit(storage, name, { action: 'publish', ...record });
  await put('bundle.json', bundleJson);
  return { name, version, isNew: true };
}

function occupied(storage: ObjectStorage, place: string): BundleError {
  const what = 'holds files of another content, perhaps of a publishing that was broken off';
  return new BundleError(`${storage.uri}/${place} ${what}; give the bundle another version`, 'malformed');
}
