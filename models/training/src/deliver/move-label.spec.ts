import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import {
  startFakeCloudStorage,
  type FakeCloudStorage,
  type StoredContent,
} from '@mushroom/recognition/registry/storage/testing/fake-cloud-storage';
import { readAudit } from './audit.ts';
import { deliveryStatus } from './delivery-status.ts';
import { MoveError, promote, rollBack, type DeliveryLabel } from './move-label.ts';
import { publishBundle } from './publish.ts';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { readStoredLabels } from '@mushroom/recognition/registry/stored-bundle';
import { writeTinyBundle } from '../pack/testing/tiny-bundle.ts';

const NAME = 'tiny-classifier';

let fake: FakeCloudStorage;
let storage: ObjectStorage;
let folder: string;
/** The bucket with versions 1 to 3, as they were published. */
let versions: [string, StoredContent][];
beforeAll(async () => {
  await startBackend('wasm');
  folder = await mkdtemp(path.join(tmpdir(), 'move-label-'));
  fake = await startFakeCloudStorage(['models']);
  storage = await openStorage('gs://models', { apiEndpoint: fake.url, maxRetries: 1 });
  for (const version of ['1', '2', '3']) await publishBundle(await writeTinyBundle(folder, version), storage, 'ci');
  versions = [...fake.objects.get('models')!].filter(([name]) => !name.includes('/audit/'));
});
afterAll(async () => {
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  const bucket = fake.objects.get('models')!;
  bucket.clear();
  for (const [name, content] of versions) bucket.set(name, { ...content });
  fake.interfere = () => undefined;
});

const labels = async () => (await readStoredLabels(storage, NAME)).labels;
const give = (version: string, label: DeliveryLabel = 'stable') =>
  promote(storage, NAME, { version, label, actor: 'ci' });
const undo = (label: DeliveryLabel = 'stable') => rollBack(storage, NAME, { label, actor: 'ci' });
const trail = async () =>
  (await readAudit(storage, NAME)).map(({ action, label, from, to }) => `${action} ${label} ${from}→${to}`);

describe('a promotion', () => {
  it('gives a label to a version, and leaves the other labels alone', async () => {
    expect(await give('1')).toEqual({ label: 'stable', from: null, to: '1' });
    await give('2', 'canary');
    expect(await give('3')).toEqual({ label: 'stable', from: '1', to: '3' });
    expect(await labels()).toEqual({ stable: '3', canary: '2' });
  });

  it('is audited: who, what, from where to where, and which content', async () => {
    await give('1');
    await promote(storage, NAME, { version: '2', label: 'stable', actor: 'release@example' });
    const record = (await readAudit(storage, NAME)).at(-1)!;
    expect(record).toMatchObject({ action: 'promote', actor: 'release@example', label: 'stable', from: '1', to: '2' });
    expect(record.bundleSha256).toBe(sha256(await readFile(path.join(folder, NAME, '2', 'bundle.json'))));
  });

  it('does nothing where the version has the label already', async () => {
    await give('1');
    const before = await trail();
    expect(await give('1')).toEqual({ label: 'stable', from: '1', to: '1' });
    expect(await trail()).toEqual(before);
  });

  it.each<[string, (bucket: Map<string, StoredContent>) => unknown, RegExp]>([
    ['is not there', (bucket) => bucket.delete(`${NAME}/2/bundle.json`), /bundle.json is missing/],
    ['lacks a file', (bucket) => bucket.delete(`${NAME}/2/golden.json`), /golden.json is missing/],
    [
      'has a file that was changed',
      (bucket) => bucket.set(`${NAME}/2/model-card.md`, { bytes: Buffer.from('x'), generation: 1 }),
      /model-card.md is not the file/,
    ],
  ])('of a version that %s is refused', async (_, spoil, message) => {
    await give('1');
    spoil(fake.objects.get('models')!);
    await expect(give('2')).rejects.toThrow(message);
    expect(await labels()).toEqual({ stable: '1' });
    expect(await trail()).toEqual(['promote stable null→1']);
  });

  it('that meets another is given up, and the trail says so', async () => {
    await give('1');
    fake.interfere = (request) => {
      if (/^POST .*labels\.json/.test(request)) {
        const bytes = Buffer.from('{"stable":"3"}');
        fake.objects.get('models')!.set(`${NAME}/labels.json`, { bytes, generation: 5 });
      }
      return undefined;
    };
    await expect(give('2')).rejects.toThrow(MoveError);
    expect(await labels()).toEqual({ stable: '3' });
    expect(await trail()).toEqual(['promote stable null→1', 'promote stable 1→2', 'abandon stable 1→2']);
  });

  it('is not made where it can not be audited', async () => {
    await give('1');
    fake.interfere = (request) => (/^POST .*audit/.test(request) ? { status: 403 } : undefined);
    await expect(give('2')).rejects.toThrow(/audit.*access is denied/);
    expect(await labels()).toEqual({ stable: '1' });
  });

  it('of many at once comes about for one, and labels.json stays whole', async () => {
    await give('1');
    const results = await Promise.allSettled([give('2'), give('3'), give('2', 'canary')]);
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toMatch(/meanwhile|same millisecond|changed/);
    await labels();
  });

  it('is refused where labels.json is malformed', async () => {
    fake.objects
      .get('models')!
      .set(`${NAME}/labels.json`, { bytes: Buffer.from('{"stable":"newest"}'), generation: 1 });
    await expect(give('1')).rejects.toThrow(/labels\.json is malformed/);
  });
});

describe('a rollback', () => {
  it('undoes the last promotion, and the one before when it is done again', async () => {
    for (const version of ['1', '2', '3']) await give(version);
    expect(await undo()).toEqual({ label: 'stable', from: '3', to: '2' });
    expect(await undo()).toEqual({ label: 'stable', from: '2', to: '1' });
    expect(await labels()).toEqual({ stable: '1' });
    expect((await trail()).slice(-2)).toEqual(['rollback stable 3→2', 'rollback stable 2→1']);
  });

  it('is not led astray by a promotion that never came about', async () => {
    await give('1');
    await give('2');
    fake.interfere = (request) => (/^POST .*labels\.json/.test(request) ? { status: 403 } : undefined);
    await expect(give('3')).rejects.toThrow(/access is denied/);
    fake.interfere = () => undefined;
    expect(await undo()).toEqual({ label: 'stable', from: '2', to: '1' });
  });

  it('moves its own label alone', async () => {
    await give('1');
    await give('2', 'canary');
    await give('3', 'canary');
    await undo('canary');
    expect(await labels()).toEqual({ stable: '1', canary: '2' });
  });

  it('takes the first canary away, but never the first stable version', async () => {
    await give('1');
    await give('2', 'canary');
    expect(await undo('canary')).toEqual({ label: 'canary', from: '2', to: null });
    expect(await labels()).toEqual({ stable: '1' });
    await expect(undo('canary')).rejects.toThrow('no version of tiny-classifier has the label canary');
    await expect(undo('stable')).rejects.toThrow('tiny-classifier 1 is the first that was stable');
  });

  it('is refused where the version before is not whole any more', async () => {
    await give('1');
    await give('2');
    fake.objects.get('models')!.delete(`${NAME}/1/graph/weights.bin`);
    await expect(undo()).rejects.toThrow(/graph\/weights.bin is missing/);
    expect(await labels()).toEqual({ stable: '2' });
  });
});

describe('the status', () => {
  it('lists versions that are whole, their labels, and what was done', async () => {
    await give('1');
    await give('2', 'canary');
    fake.objects.get('models')!.delete(`${NAME}/3/bundle.json`);
    const [model, ...others] = await deliveryStatus(storage);
    expect(others).toEqual([]);
    expect(model).toMatchObject({
      name: NAME,
      labels: { stable: '1', canary: '2' },
      versions: [
        { version: '1', labels: ['stable'] },
        { version: '2', labels: ['canary'] },
      ],
    });
    expect(model!.versions[0]!.bytes).toBeGreaterThan(500);
    expect(model!.audit.map(({ to }) => to)).toEqual(['1', '2']);
  });
});
