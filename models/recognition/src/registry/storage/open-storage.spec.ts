import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from './open-storage.ts';
import { startFakeCloudStorage, type FakeCloudStorage } from './testing/fake-cloud-storage.ts';
import { describeObjectsIn } from './testing/storage-contract.ts';

let fake: FakeCloudStorage;
let folder: string;
beforeAll(async () => {
  fake = await startFakeCloudStorage(['bucket']);
  folder = await mkdtemp(path.join(tmpdir(), 'storage-'));
});
afterAll(async () => {
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

let places = 0;
describeObjectsIn('a folder', () => openStorage(path.join(folder, String(++places))));
describeObjectsIn('a bucket', () => openStorage(`gs://bucket/some/prefix-${++places}/`, { apiEndpoint: fake.url }));

describe('an address', () => {
  it.each(['s3://bucket/x', 'gs://', 'gs:///x', 'https://storage.googleapis.com/bucket'])(
    'of another kind than a bucket or a folder is refused: %s',
    async (uri) => {
      await expect(openStorage(uri)).rejects.toThrow(`"${uri}" is neither gs://bucket/prefix nor a folder`);
    },
  );

  it('is told in full', async () => {
    expect((await openStorage('gs://bucket/a/b/', { apiEndpoint: fake.url })).uri).toBe('gs://bucket/a/b');
    expect((await openStorage('gs://bucket', { apiEndpoint: fake.url })).uri).toBe('gs://bucket');
    expect((await openStorage(folder)).uri).toBe(folder);
  });
});
