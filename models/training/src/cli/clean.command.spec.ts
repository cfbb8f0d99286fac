import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

describe('the command that looks for wrong training photos', () => {
  it('tells its options', async () => {
    const { status, stdout } = await runMushroom('clean', '--help');
    expect(status).toBe(0);
    for (const option of ['data', 'out', 'report', 'min-photos', 'margin', 'similarity', 'seed']) {
      expect(stdout).toContain(`  --${option} `);
    }
    expect(stdout).toMatch(/default:\s+models\/data\/cleaning\.csv/);
  });

  it.each([
    [[], /required option '--data <path>'/],
    [['--data', 'x', '--dta', 'x'], /unknown option '--dta'/],
    [['--data', 'x', '--margin', '2'], /--margin .*It takes a number from 0 to 1/],
    [['--data', 'x', '--similarity', 'much'], /--similarity .*It takes a number from 0 to 1/],
    [['--data', 'x', '--min-photos', '0'], /--min-photos .*It takes a whole number from 1/],
    [['--data', 'x', '--seed', '1.5'], /--seed .*It takes a whole number from 1/],
  ])('ends with 2, and says what can not be meant by %j', async (args, message) => {
    const { status, stderr } = await runMushroom('clean', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says in a sentence that its data are not there', async () => {
    const { status, stderr } = await runMushroom('clean', '--data', '/nowhere');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^clean: \/nowhere: no such file or folder/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
