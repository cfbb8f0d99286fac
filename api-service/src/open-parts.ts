import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import { parseCommonNames } from '@mushroom/recognition/taxonomy/common-names';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { Logger } from 'pino';
import type { AppParts } from './app.ts';
import type { Config } from './config.ts';
import { InferenceEngine } from './inference/engine.ts';
import { engineSettings, memoryAllowance, outlineEngineSettings } from './inference/engine-settings.ts';
import { InferenceMetrics } from './inference/inference.metrics.ts';
import { BucketMirror } from './models/bucket-mirror.ts';
import { ServedModel, type ServedModelSettings } from './models/served-model.ts';
import { Outliner } from './outlines/outliner.ts';
import { parseLicensedPhotos } from './species/licensed-photos.ts';

async function readText(file: string, what: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${what} can not be read: ${file} (${error.code})`);
  });
}

function servedModelSettings(config: Config): ServedModelSettings {
  return {
    registry: config.MODEL_REGISTRY,
    name: config.MODEL_NAME,
    pinned: config.MODEL_VERSION === 'stable' ? null : config.MODEL_VERSION,
    labels: config.MODEL_ALIASES,
    keepPrevious: config.MODEL_KEEP_PREVIOUS,
    memoryBytes: memoryAllowance(),
    mirrorOf: config.MODEL_BUCKET || null,
    pollMs: config.REGISTRY_POLL_SECONDS * 1000,
  };
}

/** How long a bundle that was refused is left alone: it is fetched whole to be checked. */
const REFUSED_FOR_MS = 60_000;

/** The first look is taken before a version is opened, so that a service whose registry is empty finds one. */
export async function openMirror(config: Config, log: Logger): Promise<BucketMirror | undefined> {
  if (config.MODEL_BUCKET === '') return undefined;
  // It looks again soon anyway.
  const patience = { maxRetries: 1, timeoutMs: 30_000 };
  const emulator = config.STORAGE_EMULATOR_HOST;
  const storage = await openStorage(config.MODEL_BUCKET, { ...patience, ...(emulator && { apiEndpoint: emulator }) });
  const settings = {
    registry: config.MODEL_REGISTRY,
    name: config.MODEL_NAME,
    pollMs: config.BUCKET_POLL_SECONDS * 1000,
    refusedForMs: REFUSED_FOR_MS,
  };
  const mirror = new BucketMirror(storage, settings, log);
  await mirror.look();
  return mirror;
}

/**
 * Opens what the app is made of. The served model is opened but not started, so that the service can listen, and say that
 * it is not ready, while the model loads.
 * @throws Error with a sentence on what can't be read; BundleError where the model can't be trusted.
 */
export async function openParts(config: Config, log: Logger): Promise<AppParts> {
  const inferenceMetrics = new InferenceMetrics();
  const mirror = await openMirror(config, log);
  const [species, names, photos, served] = await Promise.all([
    readText(config.SPECIES_TABLE, 'the species table'),
    readText(config.COMMON_NAMES, 'the list of common names'),
    readText(config.LICENSED_PHOTOS, 'the list of licensed photos'),
    ServedModel.open(
      servedModelSettings(config),
      (open) => new InferenceEngine(engineSettings(open, config), log, inferenceMetrics),
      log,
    ),
  ]);
  return {
    config,
    log,
    table: parseSpeciesTable(species),
    commonNames: parseCommonNames(names),
    licensedPhotos: parseLicensedPhotos(photos),
    photoDirectory: path.dirname(config.LICENSED_PHOTOS),
    served,
    mirror,
    inferenceMetrics,
    outliner: new Outliner(
      config.OUTLINE_MODEL,
      (open) => new InferenceEngine(outlineEngineSettings(open, config), log, inferenceMetrics),
      log,
    ),
    lifecycle: { draining: false },
  };
}
