import { readFile } from 'node:fs/promises';
import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { decide } from '@mushroom/recognition/decision/decide';
import { ACCEPTED_PHOTOS } from '@mushroom/recognition/photo-file/photo-refusal';
import { readSpecies } from '../data/read-csv.ts';
import { inputFrom } from '../data/read-input.ts';
import { UsageError } from '../terminal/command.ts';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import { backendOption, bundleOption, filePaths } from '../terminal/options.ts';
import { identificationText } from './identification-text.ts';

/** As the service takes them. */
const MOST_PHOTOS = 5;

/** `mushroom identify`. */
export const identifyCommand = () =>
  new Command('identify')
    .description(
      'Tells what the mushroom on photos most likely is, how dangerous it may be, and when nobody can tell. Never eat a mushroom because of it.',
    )
    .argument(
      '<photos...>',
      `1 to ${MOST_PHOTOS} photos of one specimen: ${ACCEPTED_PHOTOS}`,
      filePaths,
      [] as string[],
    )
    .addOption(bundleOption())
    .addOption(backendOption())
    .option('--json', 'print the answer as the service gives it, without id and timings', false)
    .action(async (files, options) => {
      if (files.length > MOST_PHOTOS) throw new UsageError(`${MOST_PHOTOS} photos of one specimen are the most`);
      const open = await openGivenBundle(options.bundle);
      const { bundle } = open;
      const inputs = await Promise.all(files.map((file) => checkedInput(file, bundle.input)));
      const table = await readSpecies();
      await startBackend(options.backend);
      const logits = await Classifier.use(graphFrom(open), bundle, (classifier) => classifier.logits(inputs));
      const answer = decide(logits, bundle, table);
      const model = { name: bundle.name, version: bundle.version };
      console.log(
        options.json
          ? JSON.stringify({ model, ...answer }, null, 1)
          : `${identificationText(answer)}\nAnswered by ${model.name}, version ${model.version}.`,
      );
    });

/** @throws Error naming the file that is no photo the service would take. */
async function checkedInput(file: string, spec: InputSpec): Promise<Uint8Array> {
  const encoded = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? `${file} is not there` : `${file} can’t be read: ${error.message}`);
  });
  return inputFrom(encoded, spec).catch((error: Error) => {
    throw new Error(`${file}: ${error.message}`, { cause: error });
  });
}
