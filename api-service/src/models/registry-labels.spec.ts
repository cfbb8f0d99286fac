import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLabels, writeLabels } from './registry-labels.ts';

const NAME = 'a-model';

let registry: string;
let file: string;
beforeEach(async () => {
  registry = await mkdtemp(path.join(tmpdir(), 'registry-'));
  await mkdir(path.join(registry, NAME));
  file = path.join(registry, NAME, 'labels.json');
});
afterEach(() => rm(registry, { recursive: true }));

describe('labels', () => {
  it('are none where there is no file', async () => {
    expect(await readLabels(registry, NAME)).toEqual({});
    expect(await readLabels(registry, 'no-model')).toEqual({});
  });

  it('are read as they were written, by people as well', async () => {
    await writeLabels(registry, NAME, { stable: '1', canary: '2' });
    expect(await readLabels(registry, NAME)).toEqual({ stable: '1', canary: '2' });
    expect(await readFile(file, 'utf8')).toBe('{\n  "stable": "1",\n  "canary": "2"\n}\n');
  });

  it.each(['', '{', '[]', '{"stable":1}', '{"stable":"01"}', '{"stable":"../2"}', '{"Stable":"1"}', '{"1":"1"}'])(
    'that are malformed are named by their file (%s)',
    async (text) => {
      await writeFile(file, text);
      await expect(readLabels(registry, NAME)).rejects.toMatchObject({
        name: 'BundleError',
        fault: 'malformed',
        message: expect.stringContaining(file),
      });
    },
  );

  it('stay what they were, and no draft stays, where the folder can not be written', async () => {
    await writeLabels(registry, NAME, { stable: '1' });
    // Not by permissions: a superuser would write all the same.
    await rm(file);
    await mkdir(path.join(file, 'not-empty'), { recursive: true });
    await expect(writeLabels(registry, NAME, { stable: '2' })).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(await readdir(path.join(registry, NAME))).toEqual(['labels.json']);
  });
});
