import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const loader = createRequire(import.meta.url).resolve('tsx');

function run(command: string, ...args: string[]) {
  const file = fileURLToPath(new URL(command, import.meta.url));
  const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', loader, file, ...args], {
    encoding: 'utf8',
  });
  return { status, stderr, stdout };
}

describe('the commands that make a smaller model', () => {
  it.each([
    ['./slim.cli.ts', [], /--bundle and --to must be given/],
    ['./slim.cli.ts', ['--bundle', '/nowhere', '--to', '/tmp/nowhere'], /slim: .*bundle\.json is missing/],
    ['./quantise.cli.ts', ['--weights', 'int4'], /--weights is float32, float16, uint8/],
    ['./quantise.cli.ts', ['--bundle', '/nowhere'], /quantise: .*bundle\.json is missing/],
  ])('say in a sentence what is wrong: %s %j', (command, args, message) => {
    const { status, stderr } = run(command, ...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(['./slim.cli.ts', './quantise.cli.ts'])('tell what they can be told: %s', (command) => {
    const { status, stdout } = run(command, '--help');
    expect(status).toBe(0);
    expect(stdout).toContain('npm run');
  });
});
