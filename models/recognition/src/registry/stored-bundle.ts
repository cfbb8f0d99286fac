import { BundleError, checkedJson } from '../bundle/bundle-reader.ts';
import { bundleSchema, type Bundle } from '../bundle/bundle.schema.ts';
import { labelsSchema, type Labels } from './labels.schema.ts';
import { sha256 } from './storage/sha256.ts';
import { NO_GENERATION, readIfThere, type ObjectStorage } from './storage/object-storage.ts';

/** A bundle as a storage holds it, every file checked. */
export interface StoredBundle {
  bundle: Bundle;
  /** Every file but bundle.json, by path inside the bundle. A bundle is small: 12 MB. */
  files: Map<string, Buffer>;
  /** Its checksum names the bundle: it has those of all other files. */
  bundleJson: Buffer;
}

/**
 * Reads a version of a model from `<name>/<version>/`, and checks every file against bundle.json.
 * @throws BundleError where it is not there, not whole or not what its place says; StorageError.
 */
export async function readStoredBundle(storage: ObjectStorage, name: string, version: string): Promise<StoredBundle> {
  const place = `${name}/${version}`;
  const read = async (file: string) => {
    const bytes = await readIfThere(storage, `${place}/${file}`);
    if (!bytes) throw new BundleError(`${storage.uri}/${place}: ${file} is missing`, 'missing');
    return bytes;
  };
  const bundleJson = await read('bundle.json');
  const bundle = checkedJson(String(bundleJson), `${storage.uri}/${place}: bundle.json`, (json) =>
    bundleSchema.parse(json),
  );
  if (bundle.name !== name || bundle.version !== version) {
    const other = `${bundle.name} ${bundle.version}`;
    throw new BundleError(`${storage.uri}/${place}: bundle.json is that of ${other}`, 'malformed');
  }
  const files = new Map<string, Buffer>();
  await Promise.all(
    Object.entries(bundle.files).map(async ([file, expected]) => {
      const bytes = await read(file);
      if (sha256(bytes) !== expected.sha256) {
        const what = 'is not the file that bundle.json names (checksum differs)';
        throw new BundleError(`${storage.uri}/${place}: ${file} ${what}`, 'checksum');
      }
      files.set(file, bytes);
    }),
  );
  return { bundle, files, bundleJson };
}

/** Where the labels of a model are kept, beside its versions. */
export const labelsOf = (name: string) => `${name}/labels.json`;

/**
 * The labels of a model, and the generation they were read at; none where nothing has a label yet.
 * @throws BundleError where labels.json is malformed; StorageError.
 */
export async function readStoredLabels(
  storage: ObjectStorage,
  name: string,
): Promise<{ labels: Labels; generation: string }> {
  // The generation first: where the labels change in between, they are newer than it says, and a write conflicts.
  const generation = await storage.generationOf(labelsOf(name));
  if (generation === NO_GENERATION) return { labels: {}, generation };
  const text = String(await storage.read(labelsOf(name)));
  const labels = checkedJson(text, `${storage.uri}/${labelsOf(name)}`, (json) => labelsSchema.parse(json));
  return { labels, generation };
}
