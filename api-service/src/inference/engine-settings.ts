import os from 'node:os';
import type { OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { OpenOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import type { Config } from '../config.ts';
import { cpuAllowance } from './cpu-allowance.ts';
import type { EngineSettings } from './engine.ts';

const MEGABYTE = 1024 * 1024;

/** What a worker of the native backend takes, the larger one. */
const WORKER_BYTES = 500 * MEGABYTE;

/**
 * As many workers as there are processors to keep busy, and as half of the memory has room for: the other half is for
 * photos, and for whatever else the machine does.
 */
export function affordableWorkers(processors = cpuAllowance(), memoryBytes = memoryAllowance()): number {
  return Math.max(1, Math.min(processors, Math.floor(memoryBytes / 2 / WORKER_BYTES)));
}

/** Bytes of memory that this process and its children may take: the container's limit where there is one. */
export function memoryAllowance(): number {
  // Undefined or absurdly large where there is no limit.
  return Math.min(os.totalmem(), process.constrainedMemory() || Infinity);
}

/** The settings of an engine that serves a bundle as the configuration says. */
export function engineSettings({ directory, bundle }: OpenBundle, config: Config): EngineSettings {
  return {
    bundleDirectory: directory,
    model: { model: bundle.name, version: bundle.version },
    backend: config.INFERENCE_BACKEND,
    workers: config.INFERENCE_WORKERS || affordableWorkers(),
    queueLimit: config.QUEUE_LIMIT,
    batchPhotos: config.BATCH_PHOTOS,
    batchDelayMs: config.BATCH_DELAY_MS,
    memoryCeiling: config.WORKER_MEMORY_MB * MEGABYTE,
    hangLimitMs: config.WORKER_HANG_LIMIT_MS,
  };
}

/** The settings of the engine that draws outlines: one worker, as few requests ask for them. */
export function outlineEngineSettings({ directory, bundle }: OpenOutlineBundle, config: Config): EngineSettings {
  return {
    bundleDirectory: directory,
    modelKind: 'outline',
    model: { model: bundle.name, version: bundle.version },
    backend: config.INFERENCE_BACKEND,
    workers: 1,
    queueLimit: config.QUEUE_LIMIT,
    memoryCeiling: config.WORKER_MEMORY_MB * MEGABYTE,
    hangLimitMs: config.WORKER_HANG_LIMIT_MS,
  };
}
