import { Command } from '@commander-js/extra-typings';
import { JUDGED_SPLITS } from '../data/manifest.ts';
import {
  backendOption,
  bundleOption,
  choiceOption,
  filePath,
  pathsOption,
  shippedDataOption,
  skipUnreadableOption,
  wholeNumber,
  type OptionsOf,
} from '../terminal/options.ts';

/** The command `evaluate` with its options, which `--occlusion` gets as well. */
export const declared = () =>
  new Command('evaluate')
    .description(
      'Judges a packed bundle by the photos of val and of the test, and compares with what its evaluation.json says. With --occlusion, tests where the model says it looked instead.',
    )
    .addOption(bundleOption())
    .addOption(shippedDataOption('the data it was trained on, or other; shapes as in training'))
    .addOption(skipUnreadableOption())
    .addOption(
      pathsOption(
        '--with <path>',
        'a bundle with the same classes: judge what they say together, at the first one’s temperatures and thresholds; may be given more than once',
      ),
    )
    .addOption(backendOption())
    .option(
      '--out <file>',
      'write the evaluation there, as JSON; of --occlusion the figures (default of those: models/build/occlusion-<version>.json)',
      filePath,
    )
    .option(
      '--occlusion',
      'hide the hottest sixth of each photo that it answers rightly, and a region of the same shape at random places, and compare what each costs the right label’s score; fails where that is not more on enough photos',
      false,
    )
    .addOption(choiceOption('--split <name>', 'with --occlusion: the photos to try; field is the test', JUDGED_SPLITS))
    .option(
      '--limit <n>',
      'with --occlusion: no more than so many photos, drawn at random (default: all)',
      wholeNumber(),
    )
    .option('--random <n>', 'with --occlusion: random places per photo', wholeNumber(), 8)
    .option(
      '--record',
      'with --occlusion: write the figures into the bundle’s evaluation.json and model card, too',
      false,
    );

export type EvaluateOptions = OptionsOf<typeof declared>;
