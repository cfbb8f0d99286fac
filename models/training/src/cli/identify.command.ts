import { readFile } from 'node:fs/promises';
import { Command } from '@commander-js/extra-typings';
import sharp from 'sharp';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { inputFrom } from '@mushroom/recognition/decoding/decode-pixels';
import { decide } from '@mushroom/recognition/decision/decide';
import { ACCEPTED_PHOTOS, PhotoRefusal } from '@mushroom/recognition/photo-file/photo-refusal';
import { readSpecies } from '../data/read-csv.ts';
import { UsageError } from '../terminal/command.ts';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import { backendOption, bundleOption, filePaths } from '../terminal/options.ts';
import { identificationText } from './identification-text.ts';

/** As the service takes them. */
const MOST_PHOTOS = 5;
const LEAST_SIDE = 32;

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
  const { width, height } = await sharp(encoded)
    .metadata()
    .catch(() => ({ width: LEAST_SIDE, height: LEAST_SIDE }));
  if (Math.min(width, height) < LEAST_SIDE) {
    throw new Error(`${file} is too small: each side needs ${LEAST_SIDE} pixels at least`);
  }
  try {
    // Half a file still decodes, to a photo that is half grey: such a one gets no answer.
    return await inputFrom(encoded, spec, { failOn: 'error' });
  } catch (error) {
    if (error instanceof PhotoRefusal) throw new Error(`${file}: ${error.message}`, { cause: error });
    throw new Error(`${file} is incomplete or damaged`, { cause: error });
  }
}
