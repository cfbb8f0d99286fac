import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BundleError } from '@mushroom/recognition/bundle/bundle-reader';
import { labelsSchema, type Labels } from '@mushroom/recognition/registry/labels.schema';

/** The label of the version that answers where a request asks for none. */
export const STABLE = 'stable';

const fileOf = (registry: string, name: string) => path.join(registry, name, 'labels.json');

/**
 * The labels of a model; none where the registry has no labels.json.
 * @throws BundleError where the file is malformed or can't be read.
 */
export async function readLabels(registry: string, name: string): Promise<Labels> {
  const file = fileOf(registry, name);
  try {
    return labelsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new BundleError(`${file} is malformed: ${(error as Error).message}`, 'malformed');
  }
}

/**
 * Writes the labels of a model so that a reader sees the old ones or the new ones, never a part of a file.
 * @throws Error of the file system, such as EROFS where the registry is mounted to be read only.
 */
export async function writeLabels(registry: string, name: string, labels: Labels): Promise<void> {
  const file = fileOf(registry, name);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, `${JSON.stringify(labels, null, 2)}\n`);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}
