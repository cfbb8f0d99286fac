import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

const slim = (...args: string[]) => runMushroom('slim', ...args);

describe('the command that makes a slimmer backbone', () => {
  it.each([
    [[], 2, /required option '--bundle <path>' not specified/],
    [['--bundle', '/nowhere'], 2, /required option '--to <path>' not specified/],
    [['--bundle', '/nowhere', '--to', '/tmp/nowhere', '--features', '0.5'], 2, /'--features <n>'.*whole number from 1/],
    [['--bundle', '/nowhere', '--to', '/nowhere', '--colour'], 2, /unknown option '--colour'/],
    [['--bundle', '/nowhere', '--to', '/tmp/nowhere'], 1, /^slim: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong: %j', async (args, expected, message) => {
    const { status, stderr } = await slim(...args);
    expect(status).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells what it can be told', async () => {
    const { status, stdout } = await slim('--help');
    expect(status).toBe(0);
    for (const option of ['bundle', 'backbone', 'to', 'drop', 'features']) expect(stdout).toContain(`--${option}`);
  });
});
