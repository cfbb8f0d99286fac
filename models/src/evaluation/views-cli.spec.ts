import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const loader = createRequire(import.meta.url).resolve('tsx');
const command = fileURLToPath(new URL('./views.cli.ts', import.meta.url));

function views(...args: string[]) {
  const run = spawnSync(process.execPath, ['--import', loader, command, ...args], { encoding: 'utf8' });
  return { status: run.status, stderr: run.stderr, stdout: run.stdout };
}

describe('the command that measures views', () => {
  it.each([
    [['--views', '/nowhere.csv'], /views: .*nowhere\.csv/],
    [['--bundle', '/nowhere'], /views: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong with %j', (args, message) => {
    const { status, stderr } = views(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells what it can be told', () => {
    const { status, stdout } = views('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('npm run views');
  });
});
