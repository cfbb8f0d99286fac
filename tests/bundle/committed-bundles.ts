import path from 'node:path';
import { versionsOf } from '@mushroom/models/bundle/bundle-reader';
import { repository } from '../service-process.ts';

const registry = path.join(repository, 'models/registry');
const NAME = 'mushroom-classifier';

/** The directories of the bundles that are committed, oldest version first. */
export async function committedBundles(): Promise<string[]> {
  const versions = await versionsOf(registry, NAME);
  return versions.map((version) => path.join(registry, NAME, version));
}
