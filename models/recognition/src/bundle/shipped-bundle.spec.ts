import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSpeciesTable } from '../taxonomy/species-table.ts';
import { startBackend } from './backend.ts';
import { graphFrom, openBundle, readGolden, versionsOf, type OpenBundle } from './bundle-reader.ts';
import type { Golden } from './bundle.schema.ts';
import { Classifier } from './classifier.ts';
import { checkGolden } from './golden-check.ts';
import { ONNX_MODEL_FILE } from './onnx-names.ts';
import { describeOnEachBackend } from './testing/native.ts';

const registry = fileURLToPath(new URL('../../../registry/', import.meta.url));
const NAME = 'mushroom-classifier';

let newest: OpenBundle;
let golden: Golden;
beforeAll(async () => {
  const versions = await versionsOf(registry, NAME);
  newest = await openBundle(`${registry}${NAME}/${versions.at(-1)}`);
  golden = await readGolden(newest);
});

describe('every bundle in the registry', () => {
  it('is whole, and is what its folder says', async () => {
    const versions = await versionsOf(registry, NAME);
    expect(versions.length).toBeGreaterThan(0);
    for (const version of versions) {
      const { bundle } = await openBundle(`${registry}${NAME}/${version}`);
      expect(bundle).toMatchObject({ name: NAME, version });
      expect(Object.keys(bundle.files)).toEqual(
        expect.arrayContaining([
          'graph/model.json',
          'graph/weights.bin',
          'golden.json',
          'evaluation.json',
          'model-card.md',
        ]),
      );
    }
  });

  it('is small enough to be committed: at most 12 MB in each format of the network', () => {
    const { [ONNX_MODEL_FILE]: onnx, ...others } = newest.bundle.files;
    const bytes = Object.values(others).reduce((sum, file) => sum + file.bytes, 0);
    for (const size of [bytes, onnx!.bytes]) expect(size).toBeLessThanOrEqual(12 * 2 ** 20);
  });

  it('has one class a label, all of taxa that the species table knows by that name', async () => {
    const table = parseSpeciesTable(await readFile(new URL('../../../data/species.csv', import.meta.url), 'utf8'));
    const { labels } = newest.bundle;
    expect(new Set(labels.map((label) => JSON.stringify(label))).size).toBe(labels.length);
    for (const label of labels) {
      if (label.kind === 'species')
        expect(table.find(label.taxon)).toMatchObject({ name: label.taxon, genus: label.genus });
      if (label.kind === 'other_in_genus') expect(table.familyOf(label.genus), label.genus).toBe(label.family);
    }
    expect(labels.filter((label) => label.kind === 'not_a_mushroom')).toHaveLength(1);
  });
});

describeOnEachBackend('the newest bundle', (backend) => {
  let classifier: Classifier;
  beforeAll(async () => {
    expect(await startBackend(backend)).toBe(backend);
    classifier = await Classifier.load(graphFrom(newest), newest.bundle);
  });
  afterAll(() => classifier.dispose());

  it('gives the golden outputs', async () => {
    expect(golden.cases.length).toBeGreaterThanOrEqual(2);
    expect(await checkGolden(classifier, golden)).toBeLessThanOrEqual(1e-3);
  });

  it('refuses golden outputs that it does not give, by name', async () => {
    const [first] = golden.cases;
    const scores = first!.scores.map((score, classIndex) => (classIndex === 0 ? score + 0.01 : score));
    const other = { ...golden, cases: [{ ...first!, scores }] };
    await expect(checkGolden(classifier, other)).rejects.toThrow(`golden output "${first!.name}" differs by 0.0`);
  });

  it('gives each photo of a batch the logits it has alone', async () => {
    const inputs = golden.cases.slice(0, 3).map(({ rgb }) => new Uint8Array(Buffer.from(rgb, 'base64')));
    const together = await classifier.logits(inputs);
    expect(together).toHaveLength(inputs.length);
    for (const [index, input] of inputs.entries()) {
      const [alone] = await classifier.logits([input]);
      const far = alone!.filter((value, classIndex) => Math.abs(value - together[index]![classIndex]!) > 1e-3);
      expect(far).toHaveLength(0);
      expect(together[index]).toHaveLength(newest.bundle.labels.length);
    }
  });

  it('tells what each place of a photo has to do with its logits: their mean, but for one bias', async () => {
    const inputs = golden.cases.slice(0, 2).map(({ rgb }) => new Uint8Array(Buffer.from(rgb, 'base64')));
    const plain = await classifier.logits(inputs);
    const explained = await classifier.explained(inputs);
    const biases = explained.map(({ logits, classMaps: { height, width, values } }, index) => {
      expect(Math.max(...logits.map((logit, classIndex) => Math.abs(logit - plain[index]![classIndex]!)))).toBeLessThan(
        1e-3,
      );
      expect(height * width).toBeGreaterThan(1);
      return logits.map((logit, classIndex) => {
        const places = values.filter((_, at) => at % logits.length === classIndex);
        return logit - places.reduce((sum, value) => sum + value, 0) / places.length;
      });
    });
    biases[0]!.forEach((bias, classIndex) => expect(Math.abs(bias - biases[1]![classIndex]!)).toBeLessThan(5e-3));
  });

  it('leaves no tensor behind', async () => {
    const input = new Uint8Array(newest.bundle.input.size ** 2 * 3);
    await classifier.logits([input]);
    const before = tf.memory().numTensors;
    await classifier.logits([input, input]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses pixels of another size', async () => {
    const right = newest.bundle.input.size ** 2 * 3;
    for (const length of [0, right - 1, right + 1]) {
      await expect(classifier.logits([new Uint8Array(right), new Uint8Array(length)])).rejects.toThrow(RangeError);
    }
  });

  it('gives no logits for no photos', async () => {
    expect(await classifier.logits([])).toEqual([]);
  });

  it('refuses a bundle whose labels are not those of the graph', async () => {
    const fewer = { ...newest.bundle, labels: newest.bundle.labels.slice(1) };
    const wrong = await Classifier.load(graphFrom(newest), fewer);
    await expect(wrong.logits([new Uint8Array(fewer.input.size ** 2 * 3)])).rejects.toThrow(/labels/);
    wrong.dispose();
  });
});
