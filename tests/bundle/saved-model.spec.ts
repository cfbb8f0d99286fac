import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle, readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { SAVED_MODEL_FILE, savedModelOf } from '@mushroom/recognition/bundle/saved-model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { committedBundles } from './committed-bundles.ts';
import { largestDifference } from './scores-of-golden.ts';

const directories = await committedBundles();
const python = process.env.PYTHON ?? 'python3';

function pythonHasTensorFlow(): boolean {
  const code = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("tensorflow") is None)';
  try {
    execFileSync(python, ['-c', code], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// With the spec of the service's native backend, this holds one set of golden outputs to TensorFlow's own loader, to
// the graph model on native and to wasm.
describe.skipIf(!pythonHasTensorFlow())(
  'a bundle as a SavedModel (needs Python with TensorFlow; PYTHON names it)',
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'saved-model-'));
      await startBackend('wasm');
    });
    afterAll(() => rm(folder, { recursive: true }));

    it.each(directories)('gives the golden outputs of %s in Python', async (directory) => {
      const open = await openBundle(directory);
      await writeFile(path.join(folder, SAVED_MODEL_FILE), savedModelOf(await graphFrom(open).load!()));
      const script = path.join(import.meta.dirname, 'saved-model-scores.py');
      const size = String(open.bundle.input.size);
      const { stdout } = await promisify(execFile)(
        python,
        [script, folder, path.join(directory, 'golden.json'), size],
        {
          maxBuffer: 2 ** 26,
        },
      );
      const golden = await readGolden(open);
      expect(largestDifference(JSON.parse(stdout) as number[][], golden)).toBeLessThanOrEqual(golden.tolerance);
    });
  },
);
