import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../service-process.ts';

const read = (file: string) => JSON.parse(readFileSync(path.join(repository, file), 'utf8'));

it('every package with an install script is allowed or refused in package.json, so that npm asks nobody', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, { hasInstallScript?: boolean }> };
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([folder]) => folder.split('node_modules/').at(-1));
  expect(withScript).not.toEqual([]);
  expect(Object.keys(read('package.json').allowScripts)).toEqual(expect.arrayContaining(withScript));
});

it('native TensorFlow.js is optional in every workspace: its library can’t be downloaded everywhere', () => {
  const { packages } = read('package-lock.json');
  expect(packages['node_modules/@tensorflow/tfjs-node'].optional).toBe(true);
});
