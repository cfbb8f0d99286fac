import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { BundleError } from '@mushroom/recognition/bundle/bundle-reader';
import type { ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import {
  startFakeCloudStorage,
  type FakeCloudStorage,
} from '@mushroom/recognition/registry/storage/testing/fake-cloud-storage';
import { readAudit } from './audit.ts';
import { publishBundle } from './publish.ts';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { readStoredBundle } from '@mushroom/recognition/registry/stored-bundle';
import { writeTinyBundle } from '../pack/testing/tiny-bundle.ts';

const NAME = 'tiny-classifier';

let fake: FakeCloudStorage;
let storage: ObjectStorage;
let folder: string;
let objects: FakeCloudStorage['objects'] extends Map<string, infer Bucket> ? Bucket : never;
beforeAll(async () => {
  await startBackend('wasm');
  fake = await startFakeCloudStorage(['models']);
  objects = fake.objects.get('models')!;
  storage = await openStorage('gs://models', { apiEndpoint: fake.url, maxRetries: 1 });
});
afterAll(() => fake.stop());
beforeEach(async () => {
  objects.clear();
  fake.requests.length = 0;
  fake.interfere = () => undefined;
  folder = await mkdtemp(path.join(tmpdir(), 'publish-'));
  return () => rm(folder, { recursive: true, force: true });
});

const published = () => [...objects.keys()].filter((name) => !name.includes('/audit/')).sort();

describe('a bundle that is published', () => {
  it('is in the bucket, whole, by its name and version', async () => {
    const directory = await writeTinyBundle(folder, '1');
    expect(await publishBundle(directory, storage, 'ci')).toEqual({ name: NAME, version: '1', isNew: true });
    const { bundle, files } = await readStoredBundle(storage, NAME, '1');
    expect([...files.keys()].sort()).toEqual(Object.keys(bundle.files).sort());
    expect(published()).toEqual(
      ['bundle.json', ...Object.keys(bundle.files)].map((file) => `${NAME}/1/${file}`).sort(),
    );
  });

  it('gets its bundle.json last, after the audit record', async () => {
    await publishBundle(await writeTinyBundle(folder, '1'), storage, 'ci');
    const uploads = fake.requests.flatMap((request) => /^POST .*[?&]name=([^&]+)/.exec(request)?.[1] ?? []);
    expect(uploads.length).toBeGreaterThan(4);
    expect(decodeURIComponent(uploads.at(-2)!)).toContain('/audit/');
    expect(decodeURIComponent(uploads.at(-1)!)).toBe(`${NAME}/1/bundle.json`);
  });

  it('is audited: who, what, and by which checksum', async () => {
    const directory = await writeTinyBundle(folder, '1');
    await publishBundle(directory, storage, 'ci@example');
    const [record, ...others] = await readAudit(storage, NAME);
    expect(others).toEqual([]);
    expect(record).toMatchObject({ action: 'publish', actor: 'ci@example', label: null, from: null, to: '1' });
    expect(record!.bundleSha256).toBe(sha256(await readFile(path.join(directory, 'bundle.json'))));
    expect([...objects.keys()]).toContain(`${NAME}/audit/${record!.at}-publish.json`);
  });

  it('may be published again, to no effect', async () => {
    const directory = await writeTinyBundle(folder, '1');
    await publishBundle(directory, storage, 'ci');
    const before = [...objects].map(([name, { generation }]) => [name, generation]);
    expect(await publishBundle(directory, storage, 'ci')).toMatchObject({ isNew: false });
    expect([...objects].map(([name, { generation }]) => [name, generation])).toEqual(before);
  });

  it('does not overwrite another content', async () => {
    await publishBundle(await writeTinyBundle(path.join(folder, 'a'), '1', 5), storage, 'ci');
    const other = await writeTinyBundle(path.join(folder, 'b'), '1', 6);
    await expect(publishBundle(other, storage, 'ci')).rejects.toThrow(/gs:\/\/models\/tiny-classifier\/1 holds files/);
    expect((await readStoredBundle(storage, NAME, '1')).bundle.provenance.codeRevision).toBe('5');
  });

  it('is not mixed with another of the same version that is published at the same time', async () => {
    const directories = [
      await writeTinyBundle(path.join(folder, 'a'), '1', 5),
      await writeTinyBundle(path.join(folder, 'b'), '1', 6),
    ];
    const results = await Promise.allSettled(directories.map((directory) => publishBundle(directory, storage, 'ci')));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    if (objects.has(`${NAME}/1/bundle.json`)) await readStoredBundle(storage, NAME, '1');
  });

  it('is not seen while it is incomplete, and is completed by publishing again', async () => {
    const directory = await writeTinyBundle(folder, '1');
    fake.interfere = (request) => (/name=.*bundle\.json/.test(request) ? { status: 403 } : undefined);
    await expect(publishBundle(directory, storage, 'ci')).rejects.toThrow(/access is denied/);
    await expect(readStoredBundle(storage, NAME, '1')).rejects.toThrow(/bundle.json is missing/);
    fake.interfere = () => undefined;
    expect(await publishBundle(directory, storage, 'ci')).toMatchObject({ isNew: true });
    await readStoredBundle(storage, NAME, '1');
  });
});

describe('a bundle that can not be trusted', () => {
  /** Changes a file of a bundle, and its checksum where it is listed again. */
  async function change(directory: string, file: string, edit: (text: string) => string, listed: boolean) {
    const text = edit(await readFile(path.join(directory, file), 'utf8'));
    await writeFile(path.join(directory, file), text);
    if (!listed) return;
    const bundle = JSON.parse(await readFile(path.join(directory, 'bundle.json'), 'utf8'));
    bundle.files[file] = { bytes: Buffer.byteLength(text), sha256: sha256(Buffer.from(text)) };
    await writeFile(path.join(directory, 'bundle.json'), JSON.stringify(bundle));
  }

  it.each<[string, string, (text: string) => string, boolean, RegExp]>([
    ['a file differs from its checksum', 'model-card.md', (text) => `${text}!`, false, /checksum differs/],
    [
      'its bundle.json has a bad value',
      'bundle.json',
      (text) => text.replace('"temperature": 1', '"temperature": -1'),
      false,
      /malformed/,
    ],
    [
      'it gives other outputs than its golden ones',
      'golden.json',
      (text) => text.replace(/"scores":\[[^\]]*\]/, '"scores":[0.5,0.5]'),
      true,
      /golden output "grey" differs/,
    ],
    ['it has no golden output', 'golden.json', () => '{"tolerance":0.001,"cases":[]}', true, /no outputs to check/],
  ])('is not published where %s', async (_, file, edit, listed, message) => {
    const directory = await writeTinyBundle(folder, '1', 3);
    await change(directory, file, edit, listed);
    await expect(publishBundle(directory, storage, 'ci')).rejects.toThrow(message);
    expect([...objects.keys()]).toEqual([]);
  });

  it('is refused when it is read from the bucket, too', async () => {
    await publishBundle(await writeTinyBundle(folder, '1'), storage, 'ci');
    const weights = objects.get(`${NAME}/1/graph/weights.bin`)!;
    weights.bytes = Buffer.concat([weights.bytes.subarray(1), Buffer.of(0)]);
    await expect(readStoredBundle(storage, NAME, '1')).rejects.toThrow(BundleError);
    await expect(readStoredBundle(storage, NAME, '1')).rejects.toThrow(/graph\/weights\.bin is not the file/);
    objects.delete(`${NAME}/1/graph/weights.bin`);
    await expect(readStoredBundle(storage, NAME, '1')).rejects.toThrow(/graph\/weights\.bin is missing/);
  });

  it('is refused where it lies in the place of another, or names files outside of its own', async () => {
    await publishBundle(await writeTinyBundle(folder, '1'), storage, 'ci');
    const bundleJson = objects.get(`${NAME}/1/bundle.json`)!;
    objects.set(`${NAME}/2/bundle.json`, bundleJson);
    await expect(readStoredBundle(storage, NAME, '2')).rejects.toThrow(/bundle.json is that of tiny-classifier 1/);
    bundleJson.bytes = Buffer.from(bundleJson.bytes.toString().replace('model-card.md', '../../other/1/secret'));
    await expect(readStoredBundle(storage, NAME, '1')).rejects.toThrow(/is no name of an object/);
  });
});
