import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

// What it makes of a trained bundle is tested where one is trained: train.command.spec.ts.
describe('recalibrate', () => {
  it('shows its options and their defaults', async () => {
    const { status, stdout } = await runMushroom('recalibrate', '--help');
    expect(status).toBe(0);
    for (const option of ['--data', '--version', '--bundle', '--cleaning', '--registry', '--replace', '--without-test'])
      expect(stdout).toContain(option);
    expect(stdout).toContain('models/data/cleaning.csv');
  });

  it.each([
    [['--version', '2'], 2, /required option '--data <path>' not specified/],
    [['--data', '/nowhere'], 2, /required option '--version <n>' not specified/],
    [['--data', '/nowhere', '--version', 'two'], 2, /It takes a whole number from 1/],
    [['--data', '/nowhere', '--version', '2', '--bundle', '/nowhere'], 1, /^recalibrate: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong with %j', async (args, code, message) => {
    const { status, stderr } = await runMushroom('recalibrate', ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(code);
  });
});
