import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildStale } from './build.js';
import { Failure } from './failure.js';

// A project of the same shape, whose build notes that it ran: real npm, real files.
const BUILD = `
  const fs = require('node:fs');
  fs.mkdirSync('dist', { recursive: true });
  fs.appendFileSync('runs', 'x');
  fs.writeFileSync('dist/out', fs.readFileSync('src/main.ts'));
  fs.writeFileSync('dist/environment', String(process.env.NODE_ENV));
`;
let root: string;

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  root = mkdtempSync(path.join(os.tmpdir(), 'build-'));
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ workspaces: ['api-service', 'frontend'] }));
  for (const workspace of ['api-service', 'frontend']) {
    mkdirSync(path.join(root, workspace, 'src'), { recursive: true });
    writeFileSync(path.join(root, workspace, 'src/main.ts'), 'first');
    writeFileSync(path.join(root, workspace, 'build.cjs'), BUILD);
    writeFileSync(
      path.join(root, workspace, 'package.json'),
      JSON.stringify({ name: workspace, version: '1.0.0', scripts: { build: 'node build.cjs' } }),
    );
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

// Its own notes are no sources: they are read and taken away after every build.
async function built(): Promise<string[]> {
  await buildStale(root);
  return ['api-service', 'frontend'].filter((workspace) => {
    const note = path.join(root, workspace, 'runs');
    const ran = existsSync(note);
    rmSync(note, { force: true });
    return ran;
  });
}

it('builds everything once, and then only what has changed', { timeout: 60_000 }, async () => {
  expect(await built()).toEqual(['api-service', 'frontend']);
  expect(await built()).toEqual([]);

  writeFileSync(path.join(root, 'frontend/src/main.ts'), 'second');
  expect(await built()).toEqual(['frontend']);
  expect(readFileSync(path.join(root, 'frontend/dist/out'), 'utf8')).toBe('second');

  rmSync(path.join(root, 'api-service/dist'), { recursive: true });
  expect(await built()).toEqual(['api-service']);
});

it('builds the same whatever NODE_ENV is in the shell', { timeout: 60_000 }, async () => {
  expect(process.env.NODE_ENV).toBe('test');
  await built();
  expect(readFileSync(path.join(root, 'frontend/dist/environment'), 'utf8')).toBe('undefined');
});

it('says what failed, and builds it again the next time', { timeout: 60_000 }, async () => {
  await built();
  const source = path.join(root, 'api-service/src/main.ts');
  rmSync(source);
  await expect(buildStale(root)).rejects.toThrow(Failure);
  await expect(buildStale(root)).rejects.toThrow(/^Building the service failed\. /);

  writeFileSync(source, 'first');
  expect(await built()).toEqual(['api-service']);
});
