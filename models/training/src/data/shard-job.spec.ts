import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderStorage } from '@mushroom/recognition/registry/storage/folder-storage';
import { PhotoRefusal } from '@mushroom/recognition/photo-file/photo-refusal';
import { fingerprintOf } from './fingerprint.ts';
import { runShardJob, type ShardManifest } from './shard-job.ts';
import { readIndex, readShards, writeShards, type ShardPhoto } from './shards.ts';

let folder: string;
let photos: ShardPhoto[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shard-job-'));
  await mkdir(path.join(folder, 'photos'));
  photos = Array.from({ length: 100 }, (_, i) => ({
    file: path.join(folder, 'photos', `${i}.jpg`),
    label: `Label ${i % 7}`,
    source: 'test',
    group: null,
    split: i < 80 ? 'train' : 'val',
    fingerprint: fingerprintOf(Buffer.from(`bytes of ${i}.jpg`)),
  }));
  await Promise.all(photos.map(({ file }) => writeFile(file, `bytes of ${path.basename(file)}`)));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OF = 3;
const PHOTOS_A_SHARD = 10;

async function run(
  index: number,
  {
    of = OF,
    out = 'out',
    some = photos,
    read = (file: string): Promise<Uint8Array> => readFile(file),
    skip = false,
  } = {},
) {
  const what: string[] = [];
  const result = await runShardJob({
    photos: some,
    root: folder,
    read,
    skipUnreadable: skip,
    out: new FolderStorage(path.join(folder, out)),
    seed: 1,
    photosAShard: PHOTOS_A_SHARD,
    index,
    of,
    onShard: (name, state) => what.push(`${name}: ${state}`),
  });
  return { ...result, what, directory: path.join(folder, out, result.folder) };
}

async function shardsIn(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).filter((name) => /\.tfrecord$|^_index/.test(name)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await readFile(path.join(directory, name))).toString('hex')])),
  );
}

const onOneMachine = () =>
  writeShards({ photos, root: folder, cache: path.join(folder, 'single'), seed: 1, photosAShard: PHOTOS_A_SHARD });

describe('shards of many machines', () => {
  it('are those of a single one, in a folder of the same name, however many there are and in whatever order', async () => {
    const single = await onOneMachine();
    for (const order of [[0], [2, 0, 1], Array.from({ length: 20 }, (_, i) => i)]) {
      const out = `out-${order.length}`;
      let directory = '';
      for (const index of order) ({ directory } = await run(index, { of: order.length, out }));
      expect(path.basename(directory)).toBe(path.basename(single));
      expect(await shardsIn(directory)).toEqual(await shardsIn(single));
    }
  });

  it('are read as any others', async () => {
    let directory = '';
    for (const index of [0, 1, 2]) ({ directory } = await run(index));
    const paths: string[] = [];
    for await (const record of readShards(directory, 'train')) paths.push(record.path);
    expect(paths.sort()).toEqual(Array.from({ length: 80 }, (_, i) => `photos/${i}.jpg`).sort());
  });

  it('are told to be complete by the index that finishes last, in _manifest.json', async () => {
    expect(await run(1)).toMatchObject({ isComplete: false });
    const { directory } = await run(2);
    expect(await readdir(directory)).not.toContain('_manifest.json');
    expect(await run(0)).toMatchObject({ isComplete: true });
    const manifest = JSON.parse(await readFile(path.join(directory, '_manifest.json'), 'utf8')) as ShardManifest;
    expect(['_index.jsonl', ...manifest.shards.map(({ name }) => name)]).toEqual(
      Object.keys(await shardsIn(directory)),
    );
    for (const { name, bytes, sha256 } of manifest.shards) {
      const content = await readFile(path.join(directory, name));
      expect(bytes).toBe(content.length);
      expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
    }
    expect(manifest.shards.reduce((sum, shard) => sum + shard.photos, 0)).toBe(100);
  });

  it('are kept when an index runs again', async () => {
    const { directory, what } = await run(0);
    const [shard] = what[0]!.split(':');
    const longAgo = new Date('2001-01-01');
    await utimes(path.join(directory, shard!), longAgo, longAgo);
    const again = await run(0);
    expect(new Set(again.what.map((line) => line.split(': ')[1]))).toEqual(new Set(['already there']));
    expect((await stat(path.join(directory, shard!))).mtime).toEqual(longAgo);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 10)],
    ['cut off between two records', (bytes) => bytes.subarray(0, Number(bytes.readBigUInt64LE(0)) + 16)],
    ['of another byte', (bytes) => Buffer.from(bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))],
    ['empty', () => Buffer.alloc(0)],
    ['longer', (bytes) => Buffer.concat([bytes, bytes])],
  ])('are made again where one that is there is %s', async (_, spoil) => {
    const { directory, what } = await run(0);
    const whole = await shardsIn(directory);
    const file = path.join(directory, what[0]!.split(':')[0]!);
    await writeFile(file, spoil(await readFile(file)));
    const again = await run(0);
    expect(again.what.filter((line) => line.endsWith('written'))).toHaveLength(1);
    expect(await shardsIn(directory)).toEqual(whole);
  });

  it('are not mixed with those of other labels', async () => {
    const { directory } = await run(0);
    const relabelled = photos.map((photo) => ({ ...photo, label: 'Amanita' }));
    expect((await run(0, { some: relabelled })).directory).not.toBe(directory);
  });

  describe('of files that are no photos', () => {
    const NONE = /\/(7|8|90)\.jpg$/;
    const read = async (file: string) => {
      if (NONE.test(file)) throw new PhotoRefusal('unsupported_photo');
      return readFile(file);
    };

    it('are not written; the others are, and all of the files are named at once', async () => {
      await expect(run(0, { of: 1, read })).rejects.toThrow(/3 files of the data.*7\.jpg: .*8\.jpg: .*90\.jpg: /s);
      const [made] = await readdir(path.join(folder, 'out'));
      const names = Object.keys(await shardsIn(path.join(folder, 'out', made!)));
      expect(names.length).toBeGreaterThanOrEqual(7);
      expect(names.length).toBeLessThan(10);
      expect(names).not.toContain('_index.jsonl');
    });

    it('lack those files if that is asked for, which their index and their manifest say', async () => {
      let directory = '';
      for (const index of [0, 1, 2]) ({ directory } = await run(index, { read, skip: true }));
      const entries = (await readIndex(directory)).map((entry) => entry.path);
      expect(entries).toHaveLength(97);
      expect(entries.filter((file) => NONE.test(file))).toEqual([]);
      const held: string[] = [];
      for await (const record of readShards(directory, 'val')) held.push(record.path);
      expect(entries.slice(-19)).toEqual(held);
      const manifest = JSON.parse(await readFile(path.join(directory, '_manifest.json'), 'utf8')) as ShardManifest;
      expect(manifest.shards.flatMap(({ leftOut }) => leftOut ?? []).sort()).toEqual([
        'photos/7.jpg',
        'photos/8.jpg',
        'photos/90.jpg',
      ]);
    });
  });

  it('are not told to be complete where a photo can not be read', async () => {
    await run(0);
    await run(1);
    await rm(photos[0]!.file);
    await rm(photos[1]!.file);
    await rm(photos[2]!.file);
    const results = await Promise.allSettled([0, 1, 2].map((index) => run(index, { out: 'other' })));
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const { reason } of failed) expect(String(reason)).toMatch(/ENOENT.*[012]\.jpg/);
    const [made] = await readdir(path.join(folder, 'other'));
    expect(await readdir(path.join(folder, 'other', made!))).not.toContain('_manifest.json');
  });
});
