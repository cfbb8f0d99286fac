import { Command, Option } from '@commander-js/extra-typings';
import { requireWritable } from '../data/write-whole.ts';
import { calibrateAndEvaluate } from '../fit/calibrate-and-evaluate.ts';
import { fitNetwork } from '../fit/fit-network.ts';
import { packRun } from '../fit/pack-run.ts';
import { prepare } from '../fit/prepare.ts';
import { recordRun } from '../fit/record-run.ts';
import { requireFree } from '../pack/bundle-writer.ts';
import {
  backboneOption,
  bundleName,
  bundleVersion,
  checkpointsOption,
  choiceOption,
  filePath,
  pathOption,
  pathsOption,
  registryOption,
  share,
  shippedDataOption,
  skipUnreadableOption,
  trainingBackendOption,
  wholeNumber,
} from '../terminal/options.ts';
import { CACHE, SHIPPED_PHOTOS } from '../terminal/places.ts';

/** `train`: photos → TFRecord shards → frozen features → head → bundle. */
export const trainCommand = () =>
  new Command('train')
    .description('Trains a classifier and packs it: photos → TFRecord shards → frozen features → head → bundle.')
    .addOption(
      shippedDataOption(
        'a CSV (path,label[,source][,split][,dup_group]), a folder with labels.csv, or a folder of folders, one per label',
      ),
    )
    .option(
      '--cleaning <file>',
      'training photos to leave out, as `npm run mushroom -- clean` found them (default: none)',
      filePath,
    )
    .addOption(skipUnreadableOption())
    .addOption(backboneOption('a layers model, image in, features out'))
    .option(
      '--min-photos <n>',
      'training photos that a species needs for a class of its own (default: 10; shipped photos: 1)',
      wholeNumber(),
    )
    .option('--input-size <n>', "pixels a side that a photo is scaled to (default: the backbone's own)", wholeNumber())
    .addOption(choiceOption('--fit <fit>', 'how a photo becomes square', ['stretch', 'crop']))
    .option(
      '--name <name>',
      'of the bundle (default: mushroom-classifier; shipped photos: mushroom-sample)',
      bundleName,
    )
    .option('--version <n>', 'of the bundle', bundleVersion, '1')
    .addOption(registryOption())
    .addOption(
      pathOption(
        '--experiments <path>',
        'where the run is recorded; models/experiments keeps it with the project',
        'build/experiments',
      ),
    )
    .option('--replace', 'overwrite that version', false)
    .option('--seed <n>', 'of all that is drawn by chance', wholeNumber(), 1)
    .option('--epochs <n>', 'of the head on frozen features (default: 30, or what the recipe says)', wholeNumber())
    .option(
      '--fine-tune <n>',
      'then as many epochs of the whole network; goes on if an earlier run was stopped (default: none)',
      wholeNumber(),
    )
    .option('--recipe <file>', 'or in passes, as models/training/recipes/*.json say', filePath)
    .addOption(
      pathsOption(
        '--teacher <path>',
        'a bundle with the same classes, whose answers are learnt if the recipe has a teacherShare; given more than once: what they say together',
      ),
    )
    .option(
      '--alpha <share>',
      'share of the pretrained weights in the result of fine-tuning, 0 to 1 (interpolation alpha)',
      share,
      0,
    )
    .addOption(
      new Option('--pretrained-share <share>', 'the former name of --alpha')
        .argParser(share)
        .conflicts('alpha')
        .hideHelp(),
    )
    .option('--without-field, --without-test', 'judge by val only: for a run that is compared, not served', false)
    .addOption(checkpointsOption('where fine-tuning keeps its place'))
    .addOption(trainingBackendOption('wasm trains a head alone; cpu is slow: for toy networks'))
    .action(async (given) => {
      const started = performance.now();
      const defaults = given.data === SHIPPED_PHOTOS ? SAMPLE_DEFAULTS : DEFAULTS;
      const { experiments, pretrainedShare } = given;
      if (pretrainedShare !== undefined) console.error('train: --pretrained-share is called --alpha now');
      const alpha = pretrainedShare ?? given.alpha;
      const options = { ...defaults, ...given, alpha };

      requireFree(options.registry, options, options.replace);
      requireWritable(experiments, options.checkpoints, CACHE);
      const run = await prepare(options);
      const fitted = await fitNetwork(run, options);
      const { model, evaluation } = await calibrateAndEvaluate(run, fitted, options);
      const { bundle, facts } = await packRun(run, fitted, { model, evaluation }, options);
      console.log(`bundle: ${bundle}`);
      const seconds = (performance.now() - started) / 1000;
      const outcome = { fitted, facts, evaluation, alpha, seconds };
      console.log(`experiment: ${await recordRun(experiments, run, outcome)}`);
    });

/** What a run does if it is not told: on the few shipped photos it is a sample. */
const DEFAULTS = { minPhotos: 10, name: 'mushroom-classifier' };
const SAMPLE_DEFAULTS = { minPhotos: 1, name: 'mushroom-sample' };
