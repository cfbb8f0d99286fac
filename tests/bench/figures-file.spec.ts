import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check, resolveConfig } from 'prettier';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { figures } from '../documents/figures.ts';
import { readDocument, repository } from '../documents/markdown.ts';
import { machine, recordFigures } from './figures-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'figures-'));
  file = path.join(folder, 'figures.json');
  await writeFile(file, readDocument('docs/figures.json'));
});
afterEach(() => rm(folder, { recursive: true }));

it('replaces one group, and says by which command, when and on what it was measured', async () => {
  await recordFigures('device', { model: 'default', photoMs: 1.5 }, file);
  const written = JSON.parse(await readFile(file, 'utf8')) as object;
  const date = new Date().toISOString().slice(0, 10);
  const device = { measuredBy: 'npm run bench:device', date, machine, model: 'default', photoMs: 1.5 };
  expect(written).toEqual({ ...figures, device });
  expect(Object.keys(written)).toEqual(Object.keys(figures));
});

it('leaves a file that is formatted, and nothing beside it', async () => {
  await recordFigures('device', { model: 'default', photoMs: 1.5 }, file);
  const config = await resolveConfig(path.join(repository, 'docs/figures.json'));
  expect(await check(await readFile(file, 'utf8'), { ...config, parser: 'json' })).toBe(true);
  expect(await readdir(folder)).toEqual(['figures.json']);
});

it('writes nothing where a figure is missing', async () => {
  await expect(recordFigures('device', { model: 'default', photoMs: NaN }, file)).rejects.toThrow(
    /device is not recorded:[^]*photoMs/,
  );
  expect(await readFile(file, 'utf8')).toBe(readDocument('docs/figures.json'));
});
