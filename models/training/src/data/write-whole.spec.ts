import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireWritable, writeWhole } from './write-whole.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'write-whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('leaves one whole file where several runs write it at the same time', async () => {
  const file = path.join(folder, 'cache/index');
  const contents = Array.from({ length: 20 }, (_, run) => `${run}`.repeat(10_000));
  await Promise.all(contents.map((content) => writeWhole(file, content)));
  expect(contents).toContain(await readFile(file, 'utf8'));
  expect(await readdir(path.dirname(file))).toEqual(['index']);
});

it('leaves nothing behind where it fails', async () => {
  await mkdir(path.join(folder, 'index/in-the-way'), { recursive: true });
  await expect(writeWhole(path.join(folder, 'index'), 'text')).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['index']);
});

describe('whether files can be written into a folder', () => {
  it('is true of one that is there, and of one that can be made, which it is not', async () => {
    requireWritable(folder, path.join(folder, 'a/b'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not true where a file or what nobody can change is in the way, which is named', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    expect(() => requireWritable(folder, path.join(file, 'a/b'))).toThrow(
      `nothing can be written into ${file}/a/b: ${file} is no folder`,
    );
    expect(() => requireWritable('/proc/registry')).toThrow(/\/proc\/registry: \/proc can’t be changed \(/);
  });
});
