import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import { openOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { MODELS } from '../terminal/places.ts';
import { filesOf, writeBundle } from './bundle-writer.ts';
import { readGraph } from './graph-model.ts';
import { repacked } from './repack.ts';
import { writeTinyBundle } from './testing/tiny-bundle.ts';

let registry: string;
beforeAll(async () => {
  registry = await mkdtemp(path.join(tmpdir(), 'repack-'));
  await startBackend('wasm');
});
afterAll(() => rm(registry, { recursive: true, force: true }));

/** A bundle as they were packed before: without ONNX, the shape of its input a level too high. */
async function oldBundle(): Promise<string> {
  const directory = await writeTinyBundle(registry, '1');
  const { schemaVersion: _schema, files: _files, ...facts } = (await openBundle(directory)).bundle;
  const { modelJson, weights } = await readGraph({ directory });
  const model = JSON.parse(modelJson);
  const [image] = model.modelTopology.node;
  image.attr.shape = image.attr.shape.shape;
  const golden = JSON.parse(await readFile(path.join(directory, 'golden.json'), 'utf8'));
  const { [ONNX_MODEL_FILE]: _onnx, ...files } = filesOf(
    { modelJson: JSON.stringify(model), weights },
    Buffer.of(),
    golden,
  );
  return writeBundle(registry, facts, { ...files, 'model-card.md': '# Old\n' }, true);
}

const text = (directory: string, file: string) => readFile(path.join(directory, file), 'utf8');

describe('a bundle that is written again', () => {
  it('has the network in ONNX, too, and a graph that others read; nothing else is new', async () => {
    const old = await oldBundle();
    const directory = await repacked(old, { registry, version: '2', replace: false });
    const [before, { bundle }] = [(await openBundle(old)).bundle, await openBundle(directory)];
    expect(bundle.files[ONNX_MODEL_FILE]).toBeDefined();
    const [image] = JSON.parse(await text(directory, 'graph/model.json')).modelTopology.node;
    expect(image.attr.shape.shape.dim).toHaveLength(4);
    for (const file of ['graph/weights.bin', 'golden.json', 'model-card.md']) {
      expect(bundle.files[file]).toEqual(before.files[file]);
    }
    const { files: _files, created: _created, repacked: what, ...facts } = bundle;
    expect(before).toMatchObject({ ...facts, version: '1' });
    expect(what).toEqual({
      from: '1',
      changes: [expect.stringContaining(ONNX_MODEL_FILE), expect.stringContaining('graph/model.json')],
    });
  });

  it('may be a model that draws outlines', async () => {
    const shipped = path.join(MODELS, 'registry/mushroom-outline/1');
    const directory = await repacked(shipped, { registry, version: '9', replace: false });
    const { bundle } = await openOutlineBundle(directory);
    expect(bundle).toMatchObject({ version: '9', repacked: { from: '1' } });
    expect(bundle.files[ONNX_MODEL_FILE]).toBeDefined();
  });

  it('is none that does not give its golden outputs', async () => {
    const other = path.join(registry, 'other/1');
    await cp(await writeTinyBundle(registry, '5'), other, { recursive: true });
    const { bundle } = await openBundle(other);
    const golden = JSON.parse(await text(other, 'golden.json'));
    golden.cases[0].scores.reverse();
    const { schemaVersion: _schema, files: _files, ...facts } = bundle;
    const files = { ...filesOf(await readGraph({ directory: other }), Buffer.of(), golden) };
    const broken = await writeBundle(registry, { ...facts, version: '6' }, files);
    await expect(repacked(broken, { registry, version: '7', replace: false })).rejects.toThrow(/golden output "grey"/);
  });

  it('replaces a version only when asked', async () => {
    const there = await writeTinyBundle(registry, '11');
    await expect(repacked(there, { registry, version: '11', replace: false })).rejects.toThrow(
      /exists; give another --version, or --replace/,
    );
  });
});
