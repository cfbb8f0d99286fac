import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBundle, versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import { writeTinyBundle } from '@mushroom/training/pack/testing/tiny-bundle';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import {
  startFakeCloudStorage,
  type FakeCloudStorage,
} from '@mushroom/recognition/registry/storage/testing/fake-cloud-storage';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BucketMirror } from './bucket-mirror.ts';
import { readLabels } from './registry-labels.ts';

const NAME = 'tiny-classifier';

let fake: FakeCloudStorage;
let folder: string;
let registry: string;
let mirror: BucketMirror;
let log: { level: number; msg: string; detail?: string }[];
const bucket = () => fake.objects.get('models')!;
let generations = 0;

function put(object: string, content: string | Buffer): void {
  bucket().set(object, { bytes: Buffer.from(content), generation: ++generations });
}

async function publish(version: string, content?: number): Promise<void> {
  const directory = await writeTinyBundle(path.join(folder, 'published'), version, content);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    put(`${NAME}/${version}/${path.relative(directory, file)}`, await readFile(file));
  }
}

const label = (labels: object) => put(`${NAME}/labels.json`, JSON.stringify(labels));

async function mirrorOf(settings: { refusedForMs?: number } = {}): Promise<BucketMirror> {
  const storage = await openStorage('gs://models', { apiEndpoint: fake.url, maxRetries: 1 });
  const stream = { write: (line: string) => void log.push(JSON.parse(line)) };
  return new BucketMirror(
    storage,
    { registry, name: NAME, pollMs: 20, refusedForMs: 60_000, ...settings },
    pino({}, stream),
  );
}

beforeAll(async () => {
  fake = await startFakeCloudStorage(['models']);
});
afterAll(() => fake.stop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mirror-'));
  registry = path.join(folder, 'registry');
  bucket().clear();
  fake.requests.length = 0;
  fake.interfere = () => undefined;
  log = [];
  mirror = await mirrorOf();
  await publish('1');
  await publish('2');
  label({ stable: '1' });
  return async () => {
    mirror.stop();
    await rm(folder, { recursive: true, force: true });
  };
});

const downloads = () => fake.requests.filter((request) => request.includes('alt=media')).length;

describe('a registry that follows a bucket', () => {
  it('gets the versions that have a label, whole, and then the labels', async () => {
    expect(await mirror.look()).toBe(true);
    expect(await versionsOf(registry, NAME)).toEqual(['1']);
    expect((await openBundle(path.join(registry, NAME, '1'))).bundle.version).toBe('1');
    expect(await readLabels(registry, NAME)).toEqual({ stable: '1' });
    label({ stable: '1', canary: '2' });
    expect(await mirror.look()).toBe(true);
    expect(await versionsOf(registry, NAME)).toEqual(['1', '2']);
    expect(await readLabels(registry, NAME)).toEqual({ stable: '1', canary: '2' });
    expect(mirror.status()).toMatchObject({ updates: 2, refusals: 0, failures: 0 });
  });

  it('fetches nothing where nothing changed, and no version twice', async () => {
    await mirror.look();
    fake.requests.length = 0;
    expect(await mirror.look()).toBe(false);
    expect(fake.requests).toHaveLength(1);
    label({ stable: '2' });
    await mirror.look();
    fake.requests.length = 0;
    label({ stable: '1' });
    await mirror.look();
    // labels.json, and bundle.json to see that it is the same version 1 still.
    expect(downloads()).toBe(2);
  });

  it('takes over what a service that was killed had begun', async () => {
    await mkdir(path.join(registry, NAME, '.1.download', 'graph'), { recursive: true });
    await writeFile(path.join(registry, NAME, '.1.download', 'graph', 'half'), 'x');
    await mkdir(path.join(registry, NAME, '1'), { recursive: true });
    expect(await mirror.look()).toBe(true);
    expect((await readdir(path.join(registry, NAME))).sort()).toEqual(['1', 'labels.json']);
    expect(await readdir(path.join(registry, NAME, '1', 'graph'))).not.toContain('half');
  });

  it('tells when it has changed, until it is stopped', async () => {
    let changes = 0;
    mirror.follow(async () => void changes++);
    await expect.poll(() => changes, { timeout: 20_000 }).toBe(1);
    label({ stable: '2' });
    await expect.poll(() => changes, { timeout: 20_000 }).toBe(2);
    mirror.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const asked = fake.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(fake.requests).toHaveLength(asked);
  });
});

describe('a registry whose bucket can not be trusted', () => {
  const serving = async () => ({
    versions: await versionsOf(registry, NAME),
    labels: await readLabels(registry, NAME),
  });

  it.each<[string, () => void, RegExp]>([
    [
      'a file was changed',
      () => put(`${NAME}/2/graph/weights.bin`, Buffer.alloc(4)),
      /2: graph\/weights\.bin is not the file.*checksum/,
    ],
    ['a file is missing', () => void bucket().delete(`${NAME}/2/golden.json`), /2: golden\.json is missing/],
    ['bundle.json is missing', () => void bucket().delete(`${NAME}/2/bundle.json`), /2: bundle\.json is missing/],
    ['bundle.json is malformed', () => put(`${NAME}/2/bundle.json`, '{}'), /2: bundle\.json is malformed/],
    ['labels.json is malformed', () => put(`${NAME}/labels.json`, 'stable=2'), /labels\.json is malformed/],
  ])('stays as it was where %s, logs it once and counts it', async (_, spoil, detail) => {
    await mirror.look();
    const before = await serving();
    label({ stable: '2' });
    spoil();
    expect(await mirror.look()).toBe(false);
    expect(await mirror.look()).toBe(false);
    expect(await serving()).toEqual(before);
    expect(mirror.status()).toMatchObject({ updates: 1, refusals: 1, failures: 0 });
    expect(log.filter(({ msg }) => msg === 'a model of the bucket is refused')).toEqual([
      expect.objectContaining({ level: 50, detail: expect.stringMatching(detail) }),
    ]);
    expect(await readdir(path.join(registry, NAME))).not.toContain('.2.download');
  });

  it('follows again when the label goes to a version that is good', async () => {
    await mirror.look();
    put(`${NAME}/2/golden.json`, '{}');
    label({ stable: '2' });
    await mirror.look();
    await publish('3');
    label({ stable: '3' });
    expect(await mirror.look()).toBe(true);
    expect(await readLabels(registry, NAME)).toEqual({ stable: '3' });
    expect(log.at(-1)!.msg).toBe('the bucket is followed again');
  });

  it('tries what it refused again after a while', async () => {
    mirror = await mirrorOf({ refusedForMs: 0 });
    await mirror.look();
    const good = bucket().get(`${NAME}/2/golden.json`)!;
    put(`${NAME}/2/golden.json`, '{}');
    label({ stable: '2' });
    expect(await mirror.look()).toBe(false);
    put(`${NAME}/2/golden.json`, good.bytes);
    expect(await mirror.look()).toBe(true);
  });

  it('keeps its own version where the bucket has another content by that number', async () => {
    await mirror.look();
    const own = await readFile(path.join(registry, NAME, '1', 'bundle.json'), 'utf8');
    await rm(path.join(folder, 'published'), { recursive: true });
    await publish('1', 9);
    label({ stable: '1', canary: '2' });
    expect(await mirror.look()).toBe(false);
    expect(await readFile(path.join(registry, NAME, '1', 'bundle.json'), 'utf8')).toBe(own);
    expect(log.at(-1)!.detail).toMatch(/holds another tiny-classifier 1 than gs:\/\/models/);
  });
});

describe('a registry whose bucket is out of reach', () => {
  it('stays as it was, and follows again when the bucket is back', async () => {
    await mirror.look();
    fake.interfere = () => ({ status: 403 });
    label({ stable: '2' });
    expect(await mirror.look()).toBe(false);
    expect(await mirror.look()).toBe(false);
    expect(mirror.status()).toMatchObject({ failures: 2, refusals: 0 });
    expect(log.filter(({ level }) => level === 50)).toHaveLength(1);
    fake.interfere = () => undefined;
    expect(await mirror.look()).toBe(true);
    expect(await readLabels(registry, NAME)).toEqual({ stable: '2' });
  });

  it('gets no half of a version where the network breaks in the middle', async () => {
    await mirror.look();
    label({ stable: '2' });
    fake.interfere = (request) => (/2%2Fgraph%2Fmodel\.json.*alt=media/.test(request) ? { status: 403 } : undefined);
    expect(await mirror.look()).toBe(false);
    expect(await versionsOf(registry, NAME)).toEqual(['1']);
    expect(mirror.status()).toMatchObject({ failures: 1, refusals: 0 });
  });

  it('says so where the bucket has no labels yet', async () => {
    bucket().delete(`${NAME}/labels.json`);
    expect(await mirror.look()).toBe(false);
    expect(log.at(-1)!.detail).toBe('gs://models has no tiny-classifier/labels.json: promote a version');
  });

  it('says so where the registry can not be written to', async () => {
    await writeFile(registry, 'a file where the folder should be');
    expect(await mirror.look()).toBe(false);
    expect(mirror.status()).toMatchObject({ failures: 1 });
    expect(log.at(-1)!.msg).toBe('the bucket can not be followed');
  });
});
