import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { writeTinyBundle } from '../deliver/testing/tiny-bundle.ts';

vi.setConfig({ testTimeout: 120_000 });

const loader = createRequire(import.meta.url).resolve('tsx');
const command = fileURLToPath(new URL('./evaluate.cli.ts', import.meta.url));
const registry = mkdtempSync(path.join(os.tmpdir(), 'evaluate-'));
afterAll(() => rmSync(registry, { recursive: true }));
const tiny = await writeTinyBundle(registry, '1');
const bundle = (name: string) => fileURLToPath(new URL(`../../../registry/${name}`, import.meta.url));

function evaluate(...args: string[]) {
  const run = spawnSync(process.execPath, ['--import', loader, command, ...args], { encoding: 'utf8' });
  return { status: run.status, stderr: run.stderr, stdout: run.stdout };
}

describe('the command that judges a bundle', () => {
  it.each([
    [['--bundle', '/nowhere'], /evaluate: .*bundle\.json is missing/],
    [['--data', '/nowhere'], /evaluate: .*nowhere/],
    [['--backend', 'abacus'], /--backend is auto, native or wasm/],
    [['--with', tiny], /evaluate: .*tiny-classifier\/1 has other leaves/],
  ])('says in a sentence what is wrong with %j', (args, message) => {
    const { status, stderr } = evaluate(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('judges the shipped photos by several bundles together, and compares them with nothing that one alone states', () => {
    const student = bundle('mushroom-student/1');
    const alone = evaluate('--bundle', student);
    const together = evaluate('--bundle', student, '--with', bundle('mushroom-classifier/2'));
    for (const { status, stdout } of [alone, together]) {
      expect(status).toBe(0);
      expect(stdout).toMatch(/top-1, known species/);
    }
    const rightOf = (stdout: string) => Number(/top-1, known species .*?(\d+) of \d+\)/.exec(stdout)![1]);
    expect(rightOf(together.stdout)).toBeGreaterThan(rightOf(alone.stdout));
    expect(alone.stdout).toContain('bundle says');
    expect(together.stdout).not.toContain('bundle says');
  });
});
