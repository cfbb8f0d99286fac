import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

const failures = (...args: string[]) => runMushroom('failures', ...args);

describe('the command that shows what a bundle gets wrong', () => {
  it.each([
    [['--each', '0'], 2, /'--each <n>'.*whole number from 1/],
    [['--colour'], 2, /unknown option '--colour'/],
    [['--bundle', '/nowhere'], 1, /^failures: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong: %j', async (args, expected, message) => {
    const { status, stderr } = await failures(...args);
    expect(status).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells what it can be told', async () => {
    const { status, stdout } = await failures('--help');
    expect(status).toBe(0);
    for (const option of ['--bundle', '--each', '--out']) expect(stdout).toContain(option);
  });
});
