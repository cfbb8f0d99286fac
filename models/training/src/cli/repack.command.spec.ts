import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

describe('the command that writes a bundle again', () => {
  it('tells what it can be told', async () => {
    const { status, stdout } = await runMushroom('repack', '--help');
    expect(status).toBe(0);
    for (const option of ['--bundle', '--version', '--registry', '--replace']) expect(stdout).toContain(option);
  });

  it.each([
    [['--version', '2'], 2, /required option '--bundle <path>' not specified/],
    [['--bundle', '/nowhere'], 2, /required option '--version <n>' not specified/],
    [['--bundle', '/nowhere', '--version', '2'], 1, /^repack: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong with %j', async (args, code, message) => {
    const { status, stderr } = await runMushroom('repack', ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(code);
  });
});
