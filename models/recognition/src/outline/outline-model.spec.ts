import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startBackend } from '../bundle/backend.ts';
import { describeOnEachBackend } from '../bundle/testing/native.ts';
import { graphFrom, readGolden, versionsOf } from '../bundle/bundle-reader.ts';
import { checkGolden } from '../bundle/golden-check.ts';
import { photoToInput } from '../preprocess/photo-to-input.ts';
import { outlineOf } from './outline.ts';
import { openOutlineBundle, type OpenOutlineBundle } from './outline-bundle-reader.ts';
import { sharesOf } from './mask-shares.ts';
import { OutlineModel } from './outline-model.ts';

// Loading the model takes a second, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const registry = fileURLToPath(new URL('../../../registry/', import.meta.url));
const shipped = path.join(registry, 'mushroom-outline/2');

let open: OpenOutlineBundle;
beforeAll(async () => {
  open = await openOutlineBundle(shipped);
});

describe('the model that draws outlines', () => {
  it('is what its folder says, and small enough to be committed: at most 8 MB, in both formats', () => {
    const { bundle } = open;
    expect(bundle).toMatchObject({ name: 'mushroom-outline', version: '2' });
    const bytes = Object.values(bundle.files).reduce((sum, file) => sum + file.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(8 * 2 ** 20);
  });

  it('fits masks of photos that it had not seen with a mean IoU of at least 0.75', () => {
    const { evaluation } = open.bundle;
    expect(evaluation.photos).toBeGreaterThan(50);
    expect(evaluation.histogram.reduce((sum, count) => sum + count, 0)).toBe(evaluation.photos);
    expect(evaluation.meanIou).toBeGreaterThanOrEqual(0.75);
    expect(evaluation.interval[0]).toBeLessThan(evaluation.meanIou);
  });

  it('is no classifier: whoever lists the models of the registry does not find it', async () => {
    expect(await versionsOf(registry, 'mushroom-outline')).toEqual([]);
  });
});

describeOnEachBackend('the outline model', (backend) => {
  let model: OutlineModel;
  beforeAll(async () => {
    expect(await startBackend(backend)).toBe(backend);
    model = await OutlineModel.load(graphFrom(open), open.bundle);
  });
  afterAll(() => model.dispose());

  it('gives the golden outputs, and says by name which others it does not', async () => {
    const golden = await readGolden(open);
    expect(await checkGolden(model, golden, sharesOf)).toBeLessThanOrEqual(golden.tolerance);
    const [first] = golden.cases;
    const scores = first!.scores.map((score, cell) => (cell === 0 ? score + 0.5 : score));
    await expect(checkGolden(model, { ...golden, cases: [{ ...first!, scores }] }, sharesOf)).rejects.toThrow(
      `golden output "${first!.name}" differs by 0.`,
    );
  });

  it('finds the fly agaric where it stands', async () => {
    const file = fileURLToPath(new URL('../../../data/licensed/amanita-muscaria-2.jpg', import.meta.url));
    const { data, info } = await sharp(await readFile(file))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const photo = { width: info.width, height: info.height, rgb: data };
    const [logits] = await model.logits([photoToInput(photo, open.bundle.input)]);
    const outline = outlineOf(logits!, open.bundle.threshold)!;
    expect(outline.share).toBeGreaterThan(0.1);
    const red = (x: number, y: number) => {
      const place = (Math.floor(y * photo.height) * photo.width + Math.floor(x * photo.width)) * 3;
      return photo.rgb[place]! - photo.rgb[place + 1]!;
    };
    const highest = outline.points.reduce((a, b) => (b[1] < a[1] ? b : a));
    // Just below the top of the outline is the red cap.
    expect(red(highest[0], Math.min(1, highest[1] + 0.08))).toBeGreaterThan(40);
  });

  it('leaves no tensor behind, and refuses pixels of another size', async () => {
    const right = new Uint8Array(open.bundle.input.size ** 2 * 3);
    await model.logits([right]);
    const before = tf.memory().numTensors;
    expect(await model.logits([right, right])).toHaveLength(2);
    await expect(model.logits([right.subarray(1)])).rejects.toThrow(RangeError);
    expect(tf.memory().numTensors).toBe(before);
  });
});
