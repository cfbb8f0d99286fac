import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import { repository } from '../service-process.ts';

const registry = path.join(repository, 'models/registry');

/** The directories of the bundles that are committed, by name, the oldest version of each first. */
export async function committedBundles(): Promise<string[]> {
  const directories: string[] = [];
  for (const name of await readdir(registry)) {
    for (const version of await versionsOf(registry, name)) directories.push(path.join(registry, name, version));
  }
  return directories;
}
