import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBundle, readGolden, versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import { TINY_FACTS } from '@mushroom/recognition/bundle/testing/tiny-facts';
import type { BundleFacts } from '../evaluate/model-card.ts';
import { filesOf, rewriteReports, writeBundle } from './bundle-writer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bundle-writer-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FILES = {
  ...filesOf({ modelJson: '{"modelTopology":{}}', weights: Buffer.of(1, 2, 3) }, Buffer.of(4), {
    tolerance: 0.001,
    cases: [],
  }),
  'model-card.md': '# Žampión\n',
  'plots/curve.svg': '<svg/>',
};

const write = (change: Partial<BundleFacts> = {}, replace = false) =>
  writeBundle(folder, { ...TINY_FACTS, ...change }, FILES, replace);

describe('reports that are written again', () => {
  it('replace the old ones or come beside them, and leave the network as it was', async () => {
    const directory = await write();
    const before = await openBundle(directory);
    await rewriteReports(before, { 'model-card.md': '# New', 'evaluation.json': '{}' });
    const { bundle } = await openBundle(directory);
    const graph = 'graph/weights.bin';
    expect(bundle.files[graph]).toEqual(before.bundle.files[graph]);
    expect(await readFile(path.join(directory, 'model-card.md'), 'utf8')).toBe('# New');
    expect(Object.keys(bundle.files)).toEqual(
      expect.arrayContaining([...Object.keys(before.bundle.files), 'evaluation.json']),
    );
    expect({ ...bundle, files: {} }).toEqual({ ...before.bundle, files: {} });
  });
});

describe('a bundle that is written', () => {
  it('opens with the reader, every file of it checked', async () => {
    const directory = await write();
    expect(directory).toBe(path.join(folder, 'tiny-classifier', '1'));
    const open = await openBundle(directory);
    expect(Object.keys(open.bundle.files).sort()).toEqual([
      'golden.json',
      'graph/model.json',
      'graph/weights.bin',
      'model-card.md',
      'onnx/model.onnx',
      'plots/curve.svg',
    ]);
    expect(open.bundle.files['model-card.md']?.bytes).toBe(Buffer.byteLength('# Žampión\n'));
    expect(await readGolden(open)).toEqual({ tolerance: 0.001, cases: [] });
    expect(await readFile(path.join(directory, 'plots/curve.svg'), 'utf8')).toBe('<svg/>');
  });

  it('is not written over one that is there, unless that is asked for', async () => {
    await write();
    await expect(write({ temperature: 2 })).rejects.toThrow(/exists; give another --version/);
    const directory = path.join(folder, 'tiny-classifier', '1');
    expect((await openBundle(directory)).bundle.temperature).toBe(1);
    await writeFile(path.join(directory, 'left-over.txt'), 'old');
    await write({ temperature: 2 }, true);
    expect((await openBundle(directory)).bundle.temperature).toBe(2);
    expect(await readdir(directory)).not.toContain('left-over.txt');
  });

  it('is no version at all where its facts are wrong, and leaves the one that was there', async () => {
    await write();
    await expect(write({ temperature: -1 }, true)).rejects.toThrow(/temperature/);
    await expect(write({ version: '2', temperature: -1 })).rejects.toThrow(/temperature/);
    expect(await versionsOf(folder, 'tiny-classifier')).toEqual(['1']);
    expect((await openBundle(path.join(folder, 'tiny-classifier', '1'))).bundle.temperature).toBe(1);
  });

  it('may follow one whose writing was interrupted', async () => {
    await expect(write({ temperature: -1 })).rejects.toThrow();
    await write();
    expect(await readdir(path.join(folder, 'tiny-classifier'))).toEqual(['1']);
  });
});
