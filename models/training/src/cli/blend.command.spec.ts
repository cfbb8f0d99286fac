import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

describe('blend', () => {
  it('shows its options and their defaults', async () => {
    const { status, stdout } = await runMushroom('blend', '--help');
    expect(status).toBe(0);
    for (const option of ['--data', '--backbone', '--checkpoints', '--alpha', '--sizes', '--recipe', '--out'])
      expect(stdout).toContain(option);
    expect(stdout).toContain('(default: 0,0.15,0.3)');
  });

  it.each([
    [[], 2, /required option '--data <path>' not specified/],
    [['--data', '/nowhere', '--alpha', '0,2'], 2, /It takes numbers from 0 to 1, with commas/],
    [['--data', '/nowhere', '--alpha', '0,,1'], 2, /It takes numbers from 0 to 1, with commas/],
    [['--data', '/nowhere', '--sizes', '16'], 2, /It takes numbers from 32 to 512, with commas/],
    [['--data', '/nowhere', '--recipe', '/nowhere.json'], 1, /^blend: .*\/nowhere\.json is no recipe/],
    [['--data', '/nowhere'], 1, /^blend: .*\/nowhere/],
  ])('says in a sentence what is wrong with %j', async (args, code, message) => {
    const { status, stderr } = await runMushroom('blend', ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(code);
  });

  it('refuses a recipe that says nothing of the head', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'blend-'));
    try {
      const recipe = path.join(folder, 'recipe.json');
      await writeFile(recipe, JSON.stringify({ passes: [{ epochs: 1 }] }));
      const { status, stderr } = await runMushroom('blend', '--data', '/nowhere', '--recipe', recipe);
      expect(stderr).toBe(`blend: ${recipe} says nothing of the head\n`);
      expect(status).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
