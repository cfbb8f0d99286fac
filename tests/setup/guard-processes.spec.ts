import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs one of the files with tests that go wrong, as `npm test` runs the others. */
async function runOf(file: string, environment: Record<string, string> = {}) {
  const args = ['run', '--config', path.join(import.meta.dirname, 'testing/vitest.config.ts'), file];
  const child = spawn(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe.skipIf(process.platform !== 'linux')('a file with tests (processes are looked up in /proc of Linux)', () => {
  it('fails if it leaves a process behind, which is named and ended', async () => {
    const { code, output } = await runOf('leaves-a-process.ts');
    expect(code).toBe(1);
    expect(output).toMatch(/leaves-a-process\.ts leaves processes behind:\n\d+ sleep 600/);
    const pid = Number(/(\d+) sleep 600/.exec(output)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('goes on after a test that waits for a program for ever, and that test is named', async () => {
    const { code, output } = await runOf('waits-for-a-program.ts', { TEST_BLOCKED_LIMIT_MS: '2000' });
    expect(code).toBe(1);
    expect(output).toMatch(
      /waits-for-a-program\.ts > waits for a program that never ends: hangs for 2 s; ends sleep 600/,
    );
    expect(output).toMatch(/FAIL .*waits for a program that never ends/);
    expect(output).toMatch(/1 failed \| 1 passed/);
  });

  it('is ended if a test computes for ever, and that test is named', async () => {
    const { code, output } = await runOf('never-returns.ts', { TEST_BLOCKED_LIMIT_MS: '1000' });
    expect(code).toBe(1);
    expect(output).toMatch(/never-returns\.ts > never returns: still hangs; its process is ended/);
  });
});
