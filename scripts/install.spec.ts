import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { installMissing } from './install.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'install-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubEnv('npm_config_cache', path.join(root, 'cache'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function project(dependencies: Record<string, string>, locked: Record<string, object>) {
  const manifest = { name: 'project', version: '1.0.0', dependencies };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    path.join(root, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest, ...locked } }),
  );
}

it('does nothing where nothing is missing', async () => {
  project({}, {});
  await installMissing(root);
  expect(existsSync(path.join(root, 'node_modules'))).toBe(false);
});

it('says that the registry can’t be reached', { timeout: 60_000 }, async () => {
  // Nothing listens on port 1.
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:1/');
  vi.stubEnv('npm_config_fetch_retries', '0');
  project({ wanted: '1.0.0' }, { 'node_modules/wanted': { version: '1.0.0', integrity: 'sha512-AAAA' } });
  await expect(installMissing(root)).rejects.toThrow(
    'Installing packages failed. The package registry can’t be reached: check the network connection',
  );
});

it('says that package.json and its lock disagree', { timeout: 60_000 }, async () => {
  mkdirSync(path.join(root, 'added'));
  writeFileSync(path.join(root, 'added/package.json'), JSON.stringify({ name: 'added', version: '1.0.0' }));
  project({ added: 'file:added' }, { 'node_modules/wanted': { version: '1.0.0', integrity: 'sha512-AAAA' } });
  await expect(installMissing(root)).rejects.toThrow(
    'Installing packages failed. package.json and package-lock.json disagree: run `npm install` once',
  );
});

it('says what to do where npm is not there', async () => {
  vi.stubEnv('npm_execpath', '');
  vi.stubEnv('PATH', root);
  project({ wanted: '1.0.0' }, { 'node_modules/wanted': { version: '1.0.0', integrity: 'sha512-AAAA' } });
  await expect(installMissing(root)).rejects.toThrow(/npm could not be started .*Install npm\.$/);
});
