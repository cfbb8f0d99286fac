import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { writeTinyBundle } from '../pack/testing/tiny-bundle.ts';
import { runMushroom } from './testing/run-mushroom.ts';

const NAME = ['--name', 'tiny-classifier'];

let folder: string;
let to: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'delivery-'));
  to = ['--to', path.join(folder, 'bucket')];
  vi.stubEnv('DELIVERY_ACTOR', 'somebody');
  return async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  };
});

const publish = (bundle: string) => runMushroom('publish', ...to, '--backend', 'wasm', '--bundle', bundle);

describe('the commands that deliver models', () => {
  it('publish, promote and roll back, and status tells of all that', async () => {
    expect(await runMushroom('status', ...to)).toMatchObject({ status: 0, stdout: `${to[1]} holds no model\n` });
    const first = await writeTinyBundle(folder, '1');
    expect((await publish(first)).stdout).toMatch(/tiny-classifier\/1 is published/);
    expect((await publish(first)).stdout).toMatch(/tiny-classifier\/1 was there already, the same/);
    await publish(await writeTinyBundle(folder, '2'));
    const promote = (version: string, ...more: string[]) =>
      runMushroom('promote', ...to, ...NAME, '--version', version, '--alias', 'stable', ...more);
    expect(await promote('1')).toEqual({ status: 0, stdout: 'stable: none → 1\n', stderr: '' });
    expect((await promote('1')).stdout).toBe('stable is 1 already\n');
    expect((await promote('2', '--actor', 'another')).stdout).toBe('stable: 1 → 2\n');
    expect((await runMushroom('rollback', ...to, ...NAME)).stdout).toBe('stable: 2 → 1\n');

    const { stdout } = await runMushroom('status', ...to);
    expect(stdout).toMatch(/^tiny-classifier\n +1 .* MB {2}stable\n +2 /);
    expect(stdout).toMatch(/promote stable – → 1 {2}by somebody/);
    expect(stdout).toMatch(/promote stable 1 → 2 {2}by another/);
    expect(stdout).toMatch(/rollback stable 2 → 1 {2}by somebody/);
  });

  it('take --label for --alias, with a warning', async () => {
    await publish(await writeTinyBundle(folder, '1'));
    await publish(await writeTinyBundle(folder, '2'));
    for (const version of ['1', '2']) {
      const { status, stdout, stderr } = await runMushroom(
        ...['promote', ...to, ...NAME, '--version', version, '--label', 'canary'],
      );
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: `canary: ${version === '1' ? 'none' : 1} → ${version}\n`,
      });
      expect(stderr).toBe('promote: --label is called --alias now; the old name will go\n');
    }
    const { stdout, stderr } = await runMushroom('rollback', ...to, ...NAME, '--label', 'canary');
    expect(stdout).toBe('canary: 2 → 1\n');
    expect(stderr).toBe('rollback: --label is called --alias now; the old name will go\n');
  });

  it('say in a sentence why they fail', async () => {
    const { status, stderr } = await runMushroom('rollback', ...to, ...NAME);
    expect(status).toBe(1);
    expect(stderr).toBe('rollback: no version of tiny-classifier has the label stable\n');
  });

  it.each([
    [['publish', '--to', 'x'], /required option '--bundle <path>'/],
    [['publish', '--to', 'x', '--bundle', 'y', '--backend', 'cpu'], /Allowed choices are auto, native, wasm/],
    [['promote', '--to', 'x', '--alias', 'stable'], /required option '--version <n>'/],
    [['promote', '--to', 'x', '--alias', 'stable', '--version', '01'], /--version .*It takes a whole number from 1/],
    [['promote', '--to', 'x', '--version', '1'], /required option '--alias <alias>'/],
    [['promote', '--to', 'x', '--version', '1', '--alias', 'new'], /--alias .*Allowed choices are stable, canary/],
    [['promote', '--to', 'x', '--version', '1', '--label', 'new'], /--label .*Allowed choices are stable, canary/],
    [['rollback', '--to', 'x', '--version', '1'], /unknown option '--version'/],
    [['status'], /required option '--to <uri>'/],
    [['status', '--to', ''], /--to .*It takes gs:\/\/bucket, gs:\/\/bucket\/prefix or a path/],
    [['status', '--to', 's3://bucket'], /--to .*It takes gs:\/\/bucket, gs:\/\/bucket\/prefix or a path/],
  ])('end with 2, and say what can not be meant by %j', async (args, message) => {
    const { status, stderr } = await runMushroom(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['publish', ['--to', '--bundle', '--backend', '--actor']],
    ['promote', ['--to', '--name', '--version', '--alias', '--actor']],
    ['rollback', ['--to', '--name', '--alias', '--actor']],
    ['status', ['--to']],
  ])('%s tells its options', async (name, options) => {
    const { status, stdout } = await runMushroom(name, '--help');
    expect(status).toBe(0);
    for (const option of options) expect(stdout).toContain(`  ${option} `);
    expect(stdout).toContain('STORAGE_EMULATOR_HOST');
    expect(stdout).not.toContain('--label');
  });
});
