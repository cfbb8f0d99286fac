import path from 'node:path';
import { openBundle, versionsOf, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { MODELS } from './places.ts';

/** Folder of the newest version of the served classifier. @throws Error where the registry has none. */
export async function newestBundle(): Promise<string> {
  const registry = path.join(MODELS, 'registry');
  const newest = (await versionsOf(registry, 'mushroom-classifier')).at(-1);
  if (!newest) throw new Error(`${registry} has no mushroom-classifier; train one, or give --bundle`);
  return path.join(registry, 'mushroom-classifier', newest);
}

/** Opens the bundle of a folder, the newest where none is given. @throws BundleError. */
export async function openGivenBundle(folder: string | undefined): Promise<OpenBundle> {
  return openBundle(folder ?? (await newestBundle()));
}
