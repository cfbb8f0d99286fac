import { readFile, rm, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { NEEDS_NATIVE, nativeLoads } from '@mushroom/recognition/bundle/testing/native';
import { loadBackbone } from '../network/backbone.ts';
import { fineTune } from './fine-tune.ts';
import { passOf } from './recipe.ts';
import { startCpu } from '../network/training-backend.ts';

const BACKBONE = fileURLToPath(new URL('../../../backbones/efficientnet_lite0_224', import.meta.url));
const NAMES = ['amanita-muscaria-1', 'boletus-edulis-1', 'amanita-phalloides-1', 'macrolepiota-procera-1'];
const LEAVES = NAMES.length;
/** The last bits of a sum depend on the order of its terms. */
const TOLERANCE = 1e-3;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fine-tune-native-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Two steps of the backbone that models start from, with everything that is random left out. */
async function twoSteps(backend: string) {
  const backbone = await loadBackbone(BACKBONE);
  const photos = await Promise.all(
    NAMES.map(async (name, classIndex) => ({
      encoded: await readFile(new URL(`../../../data/licensed/${name}.jpg`, import.meta.url)),
      path: name,
      label: name,
      source: 'licensed',
      split: 'train' as const,
      classes: [classIndex],
    })),
  );
  const { head, history } = await fineTune({
    backbone,
    startHead: async () => ({
      kernel: Float32Array.from({ length: backbone.featureSize * LEAVES }, (_, index) => Math.sin(index) / 10),
      bias: new Float32Array(LEAVES),
    }),
    photos,
    classes: LEAVES,
    spec: { size: 32, fit: 'stretch' },
    options: {
      ...passOf(1),
      epochs: 2,
      batchSize: LEAVES,
      trainSize: 32,
      frozenShare: 0,
      // Adam moves every weight by its rate in the first steps, whatever its gradient: one that is all rounding would
      // decide the direction.
      backboneRate: 1e-5,
      headRate: 1e-4,
      warmUpSteps: 0,
      mixChance: 0,
      averageDecay: 0.5,
      balance: 0,
      seed: 1,
    },
    checkpoints: path.join(folder, backend),
    validate: async () => 0,
  });
  const names = backbone.model.trainableWeights.map(({ originalName }) => originalName);
  const weights = backbone.model.trainableWeights.map((weight) => weight.read().dataSync().slice() as Float32Array);
  return { losses: history.map(({ trainLoss }) => trainLoss), head, names, weights };
}

const furthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);

it.skipIf(!nativeLoads)(
  `native TensorFlow fine-tunes the real backbone as TF.js computes it itself (${NEEDS_NATIVE})`,
  { timeout: 110_000 },
  async () => {
    await startBackend('native');
    const native = await twoSteps('native');
    await startCpu();
    const cpu = await twoSteps('cpu');
    expect(tf.getBackend()).toBe('cpu');
    const untouched = await loadBackbone(BACKBONE);

    expect(native.losses).toHaveLength(2);
    native.losses.forEach((loss, step) => expect(Math.abs(loss - cpu.losses[step]!)).toBeLessThan(TOLERANCE));
    expect(furthest(native.head.kernel, cpu.head.kernel)).toBeLessThan(TOLERANCE);
    for (const [index, name] of native.names.entries()) {
      expect(furthest(native.weights[index]!, cpu.weights[index]!), name).toBeLessThan(TOLERANCE);
      const before = untouched.model.trainableWeights[index]!.read().dataSync() as Float32Array;
      expect(furthest(native.weights[index]!, before), `${name} has changed`).toBeGreaterThan(0);
    }
  },
);
