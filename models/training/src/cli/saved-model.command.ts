import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { SAVED_MODEL_FILE, savedModelOf } from '@mushroom/recognition/bundle/saved-model';
import { writeWhole } from '../data/write-whole.ts';
import { filePath } from '../terminal/options.ts';

/** `mushroom saved-model`. */
export const savedModelCommand = () =>
  new Command('saved-model')
    .description('Writes a bundle as a SavedModel, for TensorFlow in Python and for TF Serving.')
    .requiredOption('--bundle <path>', 'the bundle, as models/registry/NAME/VERSION', filePath)
    .requiredOption('--out <folder>', 'where the SavedModel goes', filePath)
    .action(async ({ bundle, out }) => {
      const open = await openBundle(bundle);
      // Widening the weights is all that it does: the backend that starts fastest.
      await startBackend('wasm');
      const bytes = savedModelOf(await graphFrom(open).load!());
      const file = path.join(out, SAVED_MODEL_FILE);
      await writeWhole(file, bytes);
      console.log(`${file}: ${(bytes.length / 2 ** 20).toFixed(1)} MB`);
    });
