import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SAVED_MODEL_FILE } from '@mushroom/recognition/bundle/saved-model';
import { runMushroom } from './testing/run-mushroom.ts';

const student = fileURLToPath(new URL('../../../registry/mushroom-student/1', import.meta.url));
const savedModel = (...args: string[]) => runMushroom('saved-model', ...args);

describe('the command that writes a SavedModel', () => {
  it('writes it into a folder that it makes, and says how large it is', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'saved-model-'));
    const out = path.join(folder, 'new');
    try {
      const { status, stdout } = await savedModel('--bundle', student, '--out', out);
      expect(status).toBe(0);
      const { size } = await stat(path.join(out, SAVED_MODEL_FILE));
      expect(stdout).toBe(`${path.join(out, SAVED_MODEL_FILE)}: ${(size / 2 ** 20).toFixed(1)} MB\n`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [[], 2, /required option '--bundle <path>' not specified/],
    [['--bundle', student], 2, /required option '--out <folder>' not specified/],
    [['--bundle', student, '--out', '/nowhere', '--colour'], 2, /unknown option '--colour'/],
    [['--bundle', '/nowhere', '--out', '/tmp/nowhere'], 1, /^saved-model: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong: %j', async (args, expected, message) => {
    const { status, stderr } = await savedModel(...args);
    expect(status).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells what it can be told', async () => {
    const { status, stdout } = await savedModel('--help');
    expect(status).toBe(0);
    for (const option of ['--bundle', '--out']) expect(stdout).toContain(option);
  });
});
