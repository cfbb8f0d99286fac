import { chmod, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  graphFrom,
  openBundle,
  readGolden,
  versionsOf,
  type OpenBundle,
} from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { checkGolden } from '@mushroom/recognition/bundle/golden-check';
import { NEEDS_NATIVE, nativeLoads } from '@mushroom/recognition/bundle/testing/native';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { loadSavedModel } from './saved-model-backend.ts';

describe.skipIf(!nativeLoads)(`the SavedModel of the served bundle (${NEEDS_NATIVE})`, () => {
  let open: OpenBundle;
  let temporary: string;

  beforeEach(async () => {
    const { MODEL_REGISTRY, MODEL_NAME } = readConfig({});
    const newest = (await versionsOf(MODEL_REGISTRY, MODEL_NAME)).at(-1)!;
    open = await openBundle(path.join(MODEL_REGISTRY, MODEL_NAME, newest));
    temporary = await mkdtemp(path.join(tmpdir(), 'temporary-'));
  });
  afterEach(() => rm(temporary, { recursive: true }));

  const files = async () =>
    (await readdir(temporary, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));

  it('gives the bundle’s golden outputs, and leaves no tensor behind', async () => {
    const classifier = new Classifier(await loadSavedModel(open, temporary), open.bundle);
    const golden = await readGolden(open);
    await expect(checkGolden(classifier, golden)).resolves.toBeLessThanOrEqual(golden.tolerance);
    const before = memory().numTensors;
    await checkGolden(classifier, golden);
    expect(memory().numTensors).toBe(before);
    classifier.dispose();
  });

  it('tells what each place of a photo has to do with its logits, as the graph model does', async () => {
    const classifier = new Classifier(await loadSavedModel(open, temporary), open.bundle);
    const graph = await Classifier.load(graphFrom(open), open.bundle);
    const inputs = (await readGolden(open)).cases.slice(0, 2).map(({ rgb }) => Buffer.from(rgb, 'base64'));
    const [one, other] = [await classifier.explained(inputs), await graph.explained(inputs)];
    one.forEach(({ logits, classMaps }, photo) => {
      const expected = other[photo]!.classMaps;
      expect([classMaps.height, classMaps.width]).toEqual([expected.height, expected.width]);
      expect(classMaps.values).toHaveLength(classMaps.height * classMaps.width * logits.length);
      const differences = classMaps.values.map((value, at) => Math.abs(value - expected.values[at]!));
      expect(differences.reduce((most, difference) => Math.max(most, difference), 0)).toBeLessThan(0.01);
    });
    const before = memory().numTensors;
    await classifier.explained(inputs);
    expect(memory().numTensors).toBe(before);
    classifier.dispose();
    graph.dispose();
  });

  it('tells it too where its file has gone since the start', async () => {
    const network = await loadSavedModel(open, temporary);
    for (const file of await files()) await rm(file);
    const classifier = new Classifier(network, open.bundle);
    const input = new Uint8Array(open.bundle.input.size ** 2 * 3);
    expect(await classifier.explained([input])).toHaveLength(1);
    classifier.dispose();
  });

  it('tries again where it could not be read for that', async () => {
    const classifier = new Classifier(await loadSavedModel(open, temporary), open.bundle);
    const input = new Uint8Array(open.bundle.input.size ** 2 * 3);
    const [file] = await files();
    await truncate(file!, 1000);
    await expect(classifier.explained([input])).rejects.toThrow('TensorFlow does not load the SavedModel');
    expect(await classifier.explained([input])).toHaveLength(1);
    classifier.dispose();
  });

  it('is written once, by however many start side by side', async () => {
    const networks = await Promise.all([loadSavedModel(open, temporary), loadSavedModel(open, temporary)]);
    const [file, ...more] = await files();
    expect(more).toEqual([]);
    const { mtimeMs } = await stat(file!);
    networks.push(await loadSavedModel(open, temporary));
    expect((await stat(file!)).mtimeMs).toBe(mtimeMs);
    for (const network of networks) network.dispose();
  });

  it('is thrown away where TensorFlow does not load it, and written again the next time', async () => {
    (await loadSavedModel(open, temporary)).dispose();
    const [file] = await files();
    await truncate(file!, 1000);
    await expect(loadSavedModel(open, temporary)).rejects.toThrow('TensorFlow does not load the SavedModel');
    (await loadSavedModel(open, temporary)).dispose();
  });

  it('is not taken from a folder that others may write to', async () => {
    (await loadSavedModel(open, temporary)).dispose();
    const [folder] = await readdir(temporary);
    await chmod(path.join(temporary, folder!), 0o777);
    await expect(loadSavedModel(open, temporary)).rejects.toThrow('may be written to by other users');
  });

  it('says so where it can not be written', async () => {
    const noFolder = path.join(temporary, 'file');
    await writeFile(noFolder, '');
    await expect(loadSavedModel(open, noFolder)).rejects.toThrow('ENOTDIR');
  });
});
