import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEAD_DEFAULTS, passOf, readRecipe } from './recipe.ts';

const RECIPES = fileURLToPath(new URL('../../recipes', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'recipe-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function written(content: string): Promise<string> {
  const file = path.join(folder, 'recipe.json');
  await writeFile(file, content);
  return file;
}

describe('a recipe', () => {
  it('changes of each pass what its file says and nothing else', async () => {
    const file = await written(
      '{ "passes": [{ "epochs": 5, "trainSize": 160 }, { "epochs": 6, "startPretrainedShare": 0.25 }] }',
    );
    expect(await readRecipe(file)).toEqual({
      passes: [passOf(5), { ...passOf(6), startPretrainedShare: 0.25 }],
    });
  });

  it('may train the head again at the end, or nothing but the head', async () => {
    const head = { ...HEAD_DEFAULTS, balance: 0.7 };
    const after = await written('{ "passes": [{ "epochs": 5 }], "head": { "balance": 0.7 } }');
    expect(await readRecipe(after)).toEqual({ passes: [passOf(5)], head });
    const alone = await written('{ "head": { "balance": 0.7 } }');
    expect(await readRecipe(alone)).toEqual({ passes: [], head });
  });

  it.each([
    ['{ "passes": [{ "epochs": 1, "trainsize": 208 }] }', /trainsize/],
    ['{ "passes": [{ "epochs": 1, "mixChance": 2 }] }', /mixChance/],
    ['{ "passes": [{ "mixChance": 0.2 }] }', /epochs/],
    ['{ "passes": [] }', /neither passes nor a head/],
    ['{ "head": { "balance": 2 } }', /balance/],
    ['{ "head": { "crop": { "minArea": 0.4, "colour": 0.2 } } }', /crop/],
    ['trainSize: 208', /is no recipe/],
  ])('refuses %s, naming what is wrong', async (content, reason) => {
    const file = await written(content);
    await expect(readRecipe(file)).rejects.toThrow(reason);
    await expect(readRecipe(file)).rejects.toThrow(file);
  });

  it('says so where the file is missing', async () => {
    await expect(readRecipe(path.join(folder, 'gone.json'))).rejects.toThrow('gone.json is no recipe: ENOENT');
  });

  it('can be read, for every one that the project has', async () => {
    const names = await readdir(RECIPES);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) await readRecipe(path.join(RECIPES, name));
  });
});
