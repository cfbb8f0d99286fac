import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';

/** A version of a model; versions never change once they are published. */
export type ModelName = Pick<Bundle, 'name' | 'version'>;

const PREFIX = 'model/';

/** Each version has a cache of its own in the browser's Cache Storage. */
export function openModelCache({ name, version }: ModelName): Promise<Cache> {
  return caches.open(`${PREFIX}${name}/${version}`);
}

/** Where the service has a file of a bundle; also the key under which the file is cached. */
export function fileAddress({ name, version }: ModelName, file: string): string {
  return `/api/v1/models/${name}/versions/${version}/files/${file}`;
}

/** The files of a bundle that running it takes. */
export function filesOnDevice({ files }: Bundle): string[] {
  return Object.keys(files).filter((file) => file === 'golden.json' || file.startsWith('graph/'));
}

export function bytesOnDevice(bundle: Bundle): number {
  return filesOnDevice(bundle).reduce((sum, file) => sum + bundle.files[file]!.bytes, 0);
}

/** False where the page has no secure origin (HTTPS or localhost): browsers then have no Cache Storage. */
export function canKeepModels(): boolean {
  return 'caches' in globalThis;
}

/** The model that is cached completely, newest version first; null where none is. `bundle.json` is cached last. */
export async function cachedModel(): Promise<ModelName | null> {
  if (!canKeepModels()) return null;
  const models = (await caches.keys()).flatMap((key) => {
    const [, name, version] = /^model\/([^/]+)\/(\d+)$/.exec(key) ?? [];
    return name && version ? [{ name, version }] : [];
  });
  models.sort((a, b) => Number(b.version) - Number(a.version));
  for (const model of models) {
    const cache = await openModelCache(model);
    if (await cache.match(fileAddress(model, 'bundle.json'))) return model;
  }
  return null;
}

/** Removes every model from this device, but for one. */
export async function forgetModels(but?: ModelName): Promise<void> {
  const kept = but && `${PREFIX}${but.name}/${but.version}`;
  const keys = (await caches.keys()).filter((key) => key.startsWith(PREFIX) && key !== kept);
  await Promise.all(keys.map((key) => caches.delete(key)));
}
