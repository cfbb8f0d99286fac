import { openBundle, versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { affordableWorkers, engineSettings } from './engine-settings.ts';

const GIGABYTE = 1024 ** 3;

describe('the number of workers', () => {
  it.each([
    { processors: 2, memory: 16 * GIGABYTE, workers: 2, because: 'a worker a processor' },
    { processors: 32, memory: 8 * GIGABYTE, workers: 8, because: 'half of the memory holds no more' },
    { processors: 4, memory: GIGABYTE / 4, workers: 1, because: 'without one there is no service' },
  ])('is $workers with $processors processors and $memory bytes: $because', ({ processors, memory, workers }) => {
    expect(affordableWorkers(processors, memory)).toBe(workers);
  });

  it('is what the configuration says, where it says one', async () => {
    const config = readConfig({});
    const [version] = await versionsOf(config.MODEL_REGISTRY, config.MODEL_NAME);
    const open = await openBundle(path.join(config.MODEL_REGISTRY, config.MODEL_NAME, version!));
    expect(engineSettings(open, { ...config, INFERENCE_WORKERS: 5 }).workers).toBe(5);
    expect(engineSettings(open, config).workers).toBe(affordableWorkers());
  });
});
