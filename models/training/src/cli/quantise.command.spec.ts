import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

const quantise = (...args: string[]) => runMushroom('quantise', ...args);

describe('the command that narrows weights', () => {
  it.each([
    [['--weights', 'int4'], 2, /--weights.*Allowed choices are float32, float16, uint8, int8/],
    [['--version', 'one'], 2, /'--version <n>'.*whole number from 1/],
    [['--colour'], 2, /unknown option '--colour'/],
    [['--bundle', '/nowhere'], 1, /^quantise: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong: %j', async (args, expected, message) => {
    const { status, stderr } = await quantise(...args);
    expect(status).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells what it can be told', async () => {
    const { status, stdout } = await quantise('--help');
    expect(status).toBe(0);
    for (const option of [
      'bundle',
      'weights',
      'data',
      'calibration-photos',
      'name',
      'version',
      'registry',
      'replace',
      'beside',
    ])
      expect(stdout).toContain(`--${option}`);
  });
});
