import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWhole } from './write-whole.ts';

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
