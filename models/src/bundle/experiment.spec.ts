import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExperiments } from './experiment.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'experiments-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('experiments', () => {
  it('are those that the project keeps, the served model among them', async () => {
    const kept = await readExperiments(fileURLToPath(new URL('../../experiments', import.meta.url)));
    expect(kept.map(({ name, version }) => `${name}/${version}`)).toContain('mushroom-classifier/1');
  });

  it('are none where there is no folder', async () => {
    expect(await readExperiments(path.join(folder, 'nowhere'))).toEqual([]);
  });

  it('name the file that is none', async () => {
    await writeFile(path.join(folder, 'broken.json'), '{"name": 1}');
    await expect(readExperiments(folder)).rejects.toThrow(/broken\.json is no experiment/);
  });
});
