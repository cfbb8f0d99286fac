import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import {
  planShards,
  readIndex,
  readShards,
  shardName,
  writeShards,
  type ShardPhoto,
  type ShardRecord,
} from './shards.ts';
import { TfRecordError } from './tfrecord.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shards-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function photo(name: string, split: ShardPhoto['split'] = 'train', label = 'Boletus edulis'): ShardPhoto {
  const fingerprint = fingerprintOf(Buffer.from(`bytes of ${name}`));
  return { file: path.join(folder, 'photos', name), label, source: 'test', group: null, split, fingerprint };
}

/** 1,100 tiny files: three shards of train; 20 of val. */
async function collection(): Promise<ShardPhoto[]> {
  await mkdir(path.join(folder, 'photos'));
  const photos = Array.from({ length: 1120 }, (_, i) =>
    photo(`${i}.jpg`, i < 1100 ? 'train' : 'val', `Label ${i % 7}`),
  );
  await Promise.all(photos.map(({ file }) => writeFile(file, `bytes of ${path.basename(file)}`)));
  return photos;
}

const write = (photos: readonly ShardPhoto[], cache = 'cache', seed = 1) =>
  writeShards({ photos, root: folder, cache: path.join(folder, cache), seed });

async function contentOf(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(path.join(directory, name))).toString('base64')]),
    ),
  );
}

async function recordsOf(directory: string, split: ShardPhoto['split']): Promise<ShardRecord[]> {
  const records: ShardRecord[] = [];
  for await (const record of readShards(directory, split)) records.push(record);
  return records;
}

const longAgo = new Date('2001-01-01');

describe('shards', () => {
  it('are named as TensorFlow’s own tools expect', () => {
    expect(shardName('train', 3, 27)).toBe('train-00003-of-00027.tfrecord');
  });

  it('hold every photo of a split once, with its bytes, path, label and source', async () => {
    const photos = await collection();
    const directory = await write(photos);
    expect(Object.keys(await contentOf(directory))).toEqual([
      '_index.jsonl',
      'train-00000-of-00003.tfrecord',
      'train-00001-of-00003.tfrecord',
      'train-00002-of-00003.tfrecord',
      'val-00000-of-00001.tfrecord',
    ]);
    const train = await recordsOf(directory, 'train');
    expect(train).toHaveLength(1100);
    expect(new Set(train.map((record) => record.path)).size).toBe(1100);
    for (const record of train) {
      const number = Number(path.basename(record.path, '.jpg'));
      expect(Buffer.from(record.encoded).toString()).toBe(`bytes of ${number}.jpg`);
      expect(record).toMatchObject({
        path: path.join('photos', `${number}.jpg`),
        label: `Label ${number % 7}`,
        source: 'test',
        split: 'train',
      });
    }
    expect(await recordsOf(directory, 'val')).toHaveLength(20);
    expect(await recordsOf(directory, 'field')).toEqual([]);
  });

  it('have an index beside them that says what they hold, in their order', async () => {
    const directory = await write(await collection());
    const held = [...(await recordsOf(directory, 'train')), ...(await recordsOf(directory, 'val'))];
    expect(await readIndex(directory)).toEqual(held.map(({ encoded: _, ...entry }) => entry));
  });

  it('without an index, as earlier versions left them, get one; until then it is said that they are not complete', async () => {
    const photos = await collection();
    const directory = await write(photos);
    const whole = await contentOf(directory);
    await rm(path.join(directory, '_index.jsonl'));
    await expect(readIndex(directory)).rejects.toThrow(`${directory} has no _index.jsonl: its shards are not complete`);
    await write(photos);
    expect(await contentOf(directory)).toEqual(whole);
  });

  it('are each a fair sample: shuffled by the seed, in whatever order the photos come', () => {
    const photos = Array.from({ length: 1100 }, (_, i) => photo(`${String(i).padStart(4, '0')}.jpg`));
    const orderOf = (from: ShardPhoto[], seed: number) =>
      planShards(from, seed).flatMap((shard) => shard.photos.map(({ file }) => path.basename(file)));
    const order = orderOf(photos, 1);
    expect(order).not.toEqual([...order].sort());
    expect(orderOf([...photos].reverse(), 1)).toEqual(order);
    expect(orderOf(photos, 2)).not.toEqual(order);
    expect(planShards(photos, 1).map((shard) => shard.photos.length)).toEqual([512, 512, 76]);
  });

  it('are the same bytes when they are written again elsewhere', async () => {
    const photos = await collection();
    const once = await contentOf(await write(photos, 'one'));
    const again = await contentOf(await write([...photos].reverse(), 'two'));
    expect(again).toEqual(once);
  });

  it('are not written twice', async () => {
    const photos = await collection();
    const directory = await write(photos);
    const shard = path.join(directory, 'train-00000-of-00003.tfrecord');
    await utimes(shard, longAgo, longAgo);
    expect(await write(photos)).toBe(directory);
    expect((await stat(shard)).mtime).toEqual(longAgo);
  });

  it('are completed where writing was interrupted', async () => {
    const photos = await collection();
    const whole = await contentOf(await write(photos, 'whole'));
    const directory = await write(photos);
    // As a killed process leaves it: one shard missing, one half written.
    await rm(path.join(directory, 'val-00000-of-00001.tfrecord'));
    await rm(path.join(directory, 'train-00001-of-00003.tfrecord'));
    await copyFile(
      path.join(directory, 'train-00000-of-00003.tfrecord'),
      path.join(directory, 'train-00001-of-00003.tfrecord.part'),
    );
    const draft = path.join(directory, 'train-00001-of-00003.tfrecord.part');
    await truncate(draft, 100);
    await utimes(draft, longAgo, longAgo);
    await write(photos);
    expect(await contentOf(directory)).toEqual(whole);
  });

  it('lie in a folder of their own for other labels, sources, photos or another seed', async () => {
    const photos = (await collection()).slice(0, 40);
    const relabelled = photos.map((one, index) => (index === 7 ? { ...one, label: 'Amanita' } : one));
    const renamed = photos.map((one, index) => (index === 7 ? { ...one, source: 'another' } : one));
    const moved = photos.map((one, index) => (index === 7 ? { ...one, split: 'val' as const } : one));
    const directories = [
      await write(photos),
      await write(relabelled),
      await write(renamed),
      await write(moved),
      await write(photos.slice(1)),
      await write(photos, 'cache', 2),
    ];
    expect(new Set(directories).size).toBe(6);
    expect(await write(photos)).toBe(directories[0]);
  });

  it('lie in a folder of their own for another content under the same names', async () => {
    const photos = (await collection()).slice(0, 5);
    const directory = await write(photos);
    await writeFile(photos[3]!.file, 'replaced');
    const replaced = photos.map((one, index) =>
      index === 3 ? { ...one, fingerprint: fingerprintOf(Buffer.from('replaced')) } : one,
    );
    const again = await write(replaced);
    expect(again).not.toBe(directory);
    const contents = (await recordsOf(again, 'train')).map(({ encoded }) => Buffer.from(encoded).toString());
    expect(contents.filter((content) => content === 'replaced')).toHaveLength(1);
    expect(contents).not.toContain('bytes of 3.jpg');
  });

  it('are not written with a photo that was replaced since it was looked at', async () => {
    const photos = (await collection()).slice(0, 5);
    await writeFile(photos[3]!.file, 'replaced');
    await expect(write(photos)).rejects.toThrow(/3\.jpg was changed meanwhile/);
  });

  it('leave no shard behind that lacks a photo', async () => {
    const photos = (await collection()).slice(0, 5);
    await rm(photos[3]!.file);
    await expect(write(photos)).rejects.toThrow(/3\.jpg/);
    const [directory] = await readdir(path.join(folder, 'cache'));
    expect(await readdir(path.join(folder, 'cache', directory!))).toEqual([]);
  });

  it('are refused when a byte of them changed on the disk', async () => {
    const directory = await write((await collection()).slice(0, 5));
    const file = path.join(directory, 'train-00000-of-00001.tfrecord');
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(file, bytes);
    await expect(recordsOf(directory, 'train')).rejects.toThrow(TfRecordError);
    await expect(recordsOf(directory, 'train')).rejects.toThrow(/train-00000-of-00001\.tfrecord/);
  });
});
