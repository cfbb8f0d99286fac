import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BundleError, openBundle, versionsOf } from '@mushroom/models/bundle/bundle-reader';
import { parseSpeciesTable } from '@mushroom/models/taxonomy/species-table';
import type { Logger } from 'pino';
import type { AppParts } from './app.ts';
import type { Config } from './config.ts';
import { InferenceEngine } from './inference/engine.ts';
import { parseLicensedPhotos } from './species/licensed-photos.ts';

async function readText(file: string, what: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${what} can not be read: ${file} (${error.code})`);
  });
}

async function servedDirectory({ MODEL_REGISTRY, MODEL_NAME, MODEL_VERSION }: Config): Promise<string> {
  const versions = await versionsOf(MODEL_REGISTRY, MODEL_NAME);
  const version = MODEL_VERSION === 'latest' ? versions.at(-1) : versions.find((known) => known === MODEL_VERSION);
  if (version) return path.join(MODEL_REGISTRY, MODEL_NAME, version);
  const wanted = MODEL_VERSION === 'latest' ? 'no version' : `no version ${MODEL_VERSION}`;
  throw new BundleError(`${path.join(MODEL_REGISTRY, MODEL_NAME)} has ${wanted} of the model`);
}

/**
 * Opens what the app is made of. The engine is made but not started, so that the service can listen, and say that
 * it is not ready, while the model loads.
 * @throws Error with a sentence on what can't be read; BundleError where the model can't be trusted.
 */
export async function openParts(config: Config, log: Logger): Promise<AppParts & { engine: InferenceEngine }> {
  const [species, photos, served] = await Promise.all([
    readText(config.SPECIES_TABLE, 'the species table'),
    readText(config.LICENSED_PHOTOS, 'the list of licensed photos'),
    servedDirectory(config).then(openBundle),
  ]);
  const engine = new InferenceEngine(
    {
      bundleDirectory: served.directory,
      backend: config.INFERENCE_BACKEND,
      workers: config.INFERENCE_WORKERS,
      queueLimit: config.QUEUE_LIMIT,
    },
    log,
  );
  return {
    config,
    log,
    table: parseSpeciesTable(species),
    licensedPhotos: parseLicensedPhotos(photos),
    photoDirectory: path.dirname(config.LICENSED_PHOTOS),
    served,
    engine,
    lifecycle: { draining: false },
  };
}
