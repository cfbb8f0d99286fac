import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksumOf, forgetBuild, isBuiltFrom, missingPackages, rememberBuild } from './freshness.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'freshness-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: unknown) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('missing packages', () => {
  const express = { version: '5.3.0', integrity: 'sha512-a' };
  const lock = {
    packages: {
      '': { name: 'root' },
      'node_modules/express': express,
      'node_modules/@tensorflow/tfjs-node': { version: '4.22.0', integrity: 'sha512-b', optional: true },
    },
  };
  const installed = (packages: object) => write('node_modules/.package-lock.json', { packages });

  beforeEach(() => write('package-lock.json', lock));

  it('are all of them where nothing is installed', () => {
    expect(missingPackages(root)).toEqual(['node_modules/express']);
  });

  it('are none where each is installed, an optional one that could not be installed aside', () => {
    installed({ 'node_modules/express': express });
    expect(missingPackages(root)).toEqual([]);
  });

  it.each([
    ['another version', { ...express, version: '5.2.0' }],
    ['other content', { ...express, integrity: 'sha512-c' }],
  ])('are those installed in %s than the lock names', (_what, has) => {
    installed({ 'node_modules/express': has });
    expect(missingPackages(root)).toEqual(['node_modules/express']);
  });

  it('are optional ones too where another version is installed', () => {
    installed({ 'node_modules/express': express, 'node_modules/@tensorflow/tfjs-node': { version: '4.21.0' } });
    expect(missingPackages(root)).toEqual(['node_modules/@tensorflow/tfjs-node']);
  });
});

describe('the checksum of sources', () => {
  const sources = ['page', 'config.json'];
  let before: string;

  beforeEach(() => {
    write('page/src/main.ts', 'a');
    write('config.json', '{}');
    before = checksumOf(root, sources);
  });

  it.each([
    ['changes', () => write('page/src/main.ts', 'b')],
    ['comes', () => write('page/src/more.ts', '')],
    [
      'is renamed',
      () => {
        rmSync(path.join(root, 'page/src/main.ts'));
        write('page/src/start.ts', 'a');
      },
    ],
    ['of the single ones changes', () => write('config.json', '[]')],
  ])('differs after a file %s', (_what, change) => {
    change();
    expect(checksumOf(root, sources)).not.toBe(before);
  });

  it('is the same after changes of specs, built files, packages and other folders', () => {
    for (const file of ['src/main.spec.ts', 'dist/main.js', 'node_modules/a/a.js', 'README.md'])
      write(`page/${file}`, 'x');
    write('elsewhere/main.ts', 'x');
    expect(checksumOf(root, sources)).toBe(before);
  });
});

describe('a build', () => {
  it('is known by the sources it was made from until it is forgotten or deleted', () => {
    const output = path.join(root, 'dist');
    expect(isBuiltFrom(output, 'abc')).toBe(false);

    mkdirSync(output);
    rememberBuild(output, 'abc');
    expect(isBuiltFrom(output, 'abc')).toBe(true);
    expect(isBuiltFrom(output, 'abd')).toBe(false);

    forgetBuild(output);
    expect(isBuiltFrom(output, 'abc')).toBe(false);

    rememberBuild(output, 'abc');
    rmSync(output, { recursive: true });
    expect(isBuiltFrom(output, 'abc')).toBe(false);
  });
});
