import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../service-process.ts';

const BUILT = path.join(repository, 'api-service/dist');

/** The packages that a built file loads as it starts, by way of the files that it is split into. */
async function packagesLoadedBy(file: string, seen = new Set<string>()): Promise<Set<string>> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const source = await readFile(path.join(BUILT, file), 'utf8');
  for (const [, name] of source.matchAll(/^(?:import|export)\b[^;]*?"([^"]+)";$/gm)) {
    if (name!.startsWith('.'))
      (await packagesLoadedBy(path.normalize(name!), seen)).forEach((each) => packages.add(each));
    else packages.add(name!);
  }
  return packages;
}

const ofTensorFlow = (packages: Set<string>) => [...packages].filter((name) => name.startsWith('@tensorflow/'));

describe('TensorFlow.js', () => {
  it('is loaded by a worker that computes with it', async () => {
    const file = (await readdir(BUILT)).find((name) => /^tensorflow-model-\w+\.js$/.test(name));
    expect(ofTensorFlow(await packagesLoadedBy(file!))).not.toEqual([]);
  });

  it.each([
    ['the process that answers', 'main.js', 'express'],
    ['a worker before it has chosen a backend', 'worker.js', 'zod'],
  ])('is not loaded by %s: it would cost 25 MB', async (_process, file, other) => {
    const packages = await packagesLoadedBy(file);
    expect(packages).toContain(other);
    expect(ofTensorFlow(packages)).toEqual([]);
  });
});
