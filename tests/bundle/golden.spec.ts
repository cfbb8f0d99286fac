import path from 'node:path';
import { graphFrom, openBundle, readGolden, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { loadSavedModel } from '@mushroom/api-service/inference/saved-model-backend';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { NEEDS_NATIVE, nativeLoads } from '@mushroom/recognition/bundle/testing/native';
import { describe, expect, it } from 'vitest';
import { committedBundles } from './committed-bundles.ts';
import { largestDifference, scoresOfGolden } from './scores-of-golden.ts';

const directories = await committedBundles();

it('a bundle is committed', () => {
  expect(directories).not.toEqual([]);
});

describe.each(directories)('%s', (directory) => {
  const graphModel = (opened: OpenBundle) => Classifier.load(graphFrom(opened), opened.bundle);
  const savedModel = async (opened: OpenBundle) => new Classifier(await loadSavedModel(opened), opened.bundle);

  async function differenceOn(backend: 'wasm' | 'native', load: (opened: OpenBundle) => Promise<Classifier>) {
    expect(await startBackend(backend)).toBe(backend);
    const opened = await openBundle(directory);
    const golden = await readGolden(opened);
    expect(golden.cases.length).toBeGreaterThan(0);
    expect(golden.tolerance).toBeLessThanOrEqual(1e-3);
    return {
      difference: largestDifference(await scoresOfGolden(await load(opened), golden), golden),
      tolerance: golden.tolerance,
    };
  }

  it('gives its golden outputs on wasm', async () => {
    const { difference, tolerance } = await differenceOn('wasm', graphModel);
    expect(difference).toBeLessThanOrEqual(tolerance);
  });

  it.skipIf(!nativeLoads).each([
    ['graph model', graphModel],
    ['SavedModel', savedModel],
  ])(`gives its golden outputs on native as a %s (${NEEDS_NATIVE})`, async (_form, load) => {
    const { difference, tolerance } = await differenceOn('native', load);
    expect(difference).toBeLessThanOrEqual(tolerance);
  });

  it('is small enough to live in the repository, in each format of its network', async () => {
    const { bundle } = await openBundle(directory);
    const { [ONNX_MODEL_FILE]: onnx, ...others } = bundle.files;
    const bytes = Object.values(others).reduce((sum, file) => sum + file.bytes, 0);
    for (const size of [bytes, onnx?.bytes ?? 0]) expect(size / 2 ** 20).toBeLessThanOrEqual(12);
    expect(path.basename(directory)).toBe(bundle.version);
  });
});
