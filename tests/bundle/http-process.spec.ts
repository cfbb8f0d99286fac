import { readFile } from 'node:fs/promises';
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
  it('is loaded by the processes that compute', async () => {
    expect(ofTensorFlow(await packagesLoadedBy('worker.js'))).not.toEqual([]);
  });

  it('is not loaded by the process that answers: it would cost 25 MB', async () => {
    const packages = await packagesLoadedBy('main.js');
    expect(packages).toContain('express');
    expect(ofTensorFlow(packages)).toEqual([]);
  });
});
