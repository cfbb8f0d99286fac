import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { SAVED_MODEL_FILE, savedModelOf } from '@mushroom/recognition/bundle/saved-model';
import { filePath, type OptionsOf } from '../terminal/options.ts';

const declared = () =>
  new Command('saved-model')
    .description('Writes a bundle as a SavedModel, for TensorFlow in Python and for TF Serving.')
    .requiredOption('--bundle <path>', 'the bundle, as models/registry/NAME/VERSION', filePath)
    .requiredOption('--out <folder>', 'where the SavedModel goes', filePath);

/** `mushroom saved-model`. */
export const savedModelCommand = () => declared().action(writeSavedModel);

async function writeSavedModel({ bundle, out }: OptionsOf<typeof declared>): Promise<void> {
  const open = await openBundle(bundle);
  // Widening the weights is all that it does: the backend that starts fastest.
  await startBackend('wasm');
  const bytes = savedModelOf(await graphFrom(open).load!());
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, SAVED_MODEL_FILE), bytes);
  console.log(`${path.join(out, SAVED_MODEL_FILE)}: ${(bytes.length / 2 ** 20).toFixed(1)} MB`);
}
