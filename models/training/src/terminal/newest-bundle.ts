import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionsOf } from '@mushroom/recognition/bundle/bundle-reader';

const REGISTRY = fileURLToPath(new URL('../../../registry', import.meta.url));

/** Folder of the newest version of the served classifier. @throws Error where the registry has none. */
export async function newestBundle(): Promise<string> {
  const newest = (await versionsOf(REGISTRY, 'mushroom-classifier')).at(-1);
  if (!newest) throw new Error(`${REGISTRY} has no mushroom-classifier; train one, or give --bundle`);
  return path.join(REGISTRY, 'mushroom-classifier', newest);
}
