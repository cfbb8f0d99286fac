import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { calibrateAndEvaluate } from '../fit/calibrate-and-evaluate.ts';
import { fitNetwork } from '../fit/fit-network.ts';
import { packRun } from '../fit/pack-run.ts';
import { prepare, type RunRequest } from '../fit/prepare.ts';
import { recordRun } from '../fit/record-run.ts';
import { runDefaults, SHIPPED_PHOTOS } from '../fit/run-defaults.ts';
import { TRAINING_BACKENDS } from '../network/training-backend.ts';
import { bundleName, bundleVersion } from '../terminal/bundle-options.ts';
import { filePath, filePaths, share, wholeNumber } from '../terminal/options.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

interface TrainOptions extends Omit<RunRequest, 'minPhotos'> {
  minPhotos?: number;
  name?: string;
  version: string;
  registry: string;
  replace: boolean;
  experiments: string;
  alpha: number;
  /** The former name of `alpha`. */
  pretrainedShare?: number;
  withoutField: boolean;
  checkpoints: string;
}

/** `train`: photos → TFRecord shards → frozen features → head → bundle. */
export function trainCommand(): Command {
  const option = (flags: string, description: string) => new Option(flags, description);
  return new Command('train')
    .description('Trains a classifier and packs it: photos → TFRecord shards → frozen features → head → bundle.')
    .addOption(
      option(
        '--data <path>',
        'a CSV (path,label[,source][,split][,dup_group]), a folder with labels.csv, or a folder of folders, one per label',
      )
        .argParser(filePath)
        .default(SHIPPED_PHOTOS, 'the photos shipped with the project'),
    )
    .option(
      '--cleaning <file>',
      'training photos to leave out, as `npm run mushroom -- clean` found them (default: none)',
      filePath,
    )
    .addOption(
      option('--backbone <path>', 'a layers model, image in, features out')
        .argParser(filePath)
        .default(path.join(MODELS, 'backbones/efficientnet_lite0_224'), 'models/backbones/efficientnet_lite0_224'),
    )
    .option(
      '--min-photos <n>',
      'training photos that a species needs for a class of its own (default: 10; shipped photos: 1)',
      wholeNumber(),
    )
    .option('--input-size <n>', "pixels a side that a photo is scaled to (default: the backbone's own)", wholeNumber())
    .addOption(option('--fit <fit>', 'how a photo becomes square').choices(['stretch', 'crop']).default('stretch'))
    .option(
      '--name <name>',
      'of the bundle (default: mushroom-classifier; shipped photos: mushroom-sample)',
      bundleName,
    )
    .option('--version <n>', 'of the bundle', bundleVersion, '1')
    .addOption(
      option('--registry <path>', 'where the bundle goes')
        .argParser(filePath)
        .default(path.join(MODELS, 'build/registry'), 'models/build/registry'),
    )
    .addOption(
      option('--experiments <path>', 'where the run is recorded; models/experiments keeps it with the project')
        .argParser(filePath)
        .default(path.join(MODELS, 'build/experiments'), 'models/build/experiments'),
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
      option(
        '--teacher <path>',
        'a bundle with the same classes, whose answers are learnt if the recipe has a teacherShare; given more than once: what they say together',
      )
        .argParser(filePaths)
        .default([], 'none'),
    )
    .option(
      '--alpha <share>',
      'share of the pretrained weights in the result of fine-tuning, 0 to 1 (interpolation alpha)',
      share,
      0,
    )
    .addOption(
      option('--pretrained-share <share>', 'the former name of --alpha').argParser(share).conflicts('alpha').hideHelp(),
    )
    .option('--without-field', 'judge by val only: for a run that is compared, not served', false)
    .addOption(
      option('--checkpoints <path>', 'where fine-tuning keeps its place')
        .argParser(filePath)
        .default(path.join(MODELS, 'build/checkpoints'), 'models/build/checkpoints'),
    )
    .addOption(
      option('--backend <name>', 'wasm trains a head alone; cpu is slow: for toy networks')
        .choices(TRAINING_BACKENDS)
        .default('auto'),
    )
    .action((options: TrainOptions) => train(options));
}

async function train(given: TrainOptions): Promise<void> {
  const started = performance.now();
  const options = { ...runDefaults(given.data), ...given, alpha: alphaOf(given) };
  const { alpha, experiments } = options;

  const run = await prepare(options);
  const fitted = await fitNetwork(run, options);
  const judged = await calibrateAndEvaluate(run, fitted, options);
  const { bundle, facts } = await packRun(run, fitted, judged, options);
  console.log(`bundle: ${bundle}`);
  const seconds = (performance.now() - started) / 1000;
  const outcome = { fitted, facts, evaluation: judged.evaluation, alpha, seconds };
  console.log(`experiment: ${await recordRun(experiments, run, outcome)}`);
}

function alphaOf({ alpha, pretrainedShare }: TrainOptions): number {
  if (pretrainedShare === undefined) return alpha;
  console.error('train: --pretrained-share is called --alpha now');
  return pretrainedShare;
}
