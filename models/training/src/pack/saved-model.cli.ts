import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { invocationPath } from '../terminal/invocation-path.ts';
import { SAVED_MODEL_FILE, savedModelOf } from '@mushroom/recognition/bundle/saved-model';
import { runCommand } from '../terminal/command.ts';

/** Writes a bundle as a SavedModel, for TensorFlow in Python and for TF Serving. */
const { values } = parseArgs({ options: { bundle: { type: 'string' }, out: { type: 'string' } } });
if (!values.bundle || !values.out) {
  console.error('usage: npm run saved-model -w models -- --bundle models/registry/NAME/VERSION --out FOLDER');
  process.exit(2);
}

const [directory, out] = [values.bundle, values.out].map(invocationPath) as [string, string];
await runCommand('saved-model', async () => {
  const open = await openBundle(directory);
  // Widening the weights is all that it does: the backend that starts fastest.
  await startBackend('wasm');
  const bytes = savedModelOf(await graphFrom(open).load!());
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, SAVED_MODEL_FILE), bytes);
  console.log(`${path.join(out, SAVED_MODEL_FILE)}: ${(bytes.length / 2 ** 20).toFixed(1)} MB`);
});
