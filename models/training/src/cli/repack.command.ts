import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { repacked } from '../pack/repack.ts';
import { bundleVersion, filePath, registryOption } from '../terminal/options.ts';

/** `mushroom repack`. */
export const repackCommand = () =>
  new Command('repack')
    .description(
      'Writes a bundle again, in the form that bundles have now, as another version: with the same weights, golden ' +
        'outputs, calibration and evaluation. Its bundle.json, or outline.json, says what is new.',
    )
    .requiredOption('--bundle <path>', 'the bundle, as models/registry/NAME/VERSION', filePath)
    .requiredOption('--version <n>', 'of the new bundle', bundleVersion)
    .addOption(registryOption())
    .option('--replace', 'overwrite that version', false)
    .action(async ({ bundle, ...repacking }) => {
      await startBackend('auto');
      console.log(`bundle: ${await repacked(bundle, repacking)}`);
    });
