import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { SAVED_MODEL_FILE, savedModelOf } from '@mushroom/recognition/bundle/saved-model';
import { filePath } from '../terminal/options.ts';

interface SavedModelOptions {
  bundle: string;
  out: string;
}

/** `mushroom saved-model`. */
export function savedModelCommand(): Command {
  return new Command('saved-model')
    .description('Writes a bundle as a SavedModel, for TensorFlow in Python and for TF Serving.')
    .requiredOption('--bundle <path>', 'the bundle, as models/registry/NAME/VERSION', filePath)
    .requiredOption('--out <folder>', 'where the SavedModel goes', filePath)
    .action((options: SavedModelOptions) => writeSavedModel(options));
}

async function writeSavedModel({ bundle, out }: SavedModelOptions): Promise<void> {
  const open = await openBundle(bundle);
  // Widening the weights is all that it does: the backend that starts fastest.
  await startBackend('wasm');
  const bytes = savedModelOf(await graphFrom(open).load!());
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, SAVED_MODEL_FILE), bytes);
  console.log(`${path.join(out, SAVED_MODEL_FILE)}: ${(bytes.length / 2 ** 20).toFixed(1)} MB`);
}
