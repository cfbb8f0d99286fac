import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { parse } from 'csv-parse/sync';
import { contactSheet } from '../clean/contact-sheet.ts';
import { readInput } from '../data/read-input.ts';
import { openOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { OutlineModel } from '@mushroom/recognition/outline/outline-model';
import type { OutlineEvaluation } from '@mushroom/recognition/outline/outline-model.schema';
import { outlineOf } from '@mushroom/recognition/outline/outline';
import { codeRevisionOf } from '../pack/bundle-writer.ts';
import { loadBackbone } from '../network/backbone.ts';
import { withProgress } from '../terminal/progress.ts';
import { weightsOf } from '../segment/decoder.ts';
import { maskedView, readMaskedPhoto } from '../segment/masked-view.ts';
import { preparePhotos } from '../segment/masked-photos.ts';
import { writeOutlineBundle } from '../segment/outline-bundle-writer.ts';
import { COMPARED_SIDE, evaluationOf, outlineIou } from '../segment/outline-fit.ts';
import { outlinePicture, pictureGrid } from '../segment/outline-picture.ts';
import { everyNth } from '../segment/every-nth.ts';
import { MASK_VERDICTS, readMaskReviews, readSpecimenMasks, type SpecimenMask } from '../segment/specimen-masks.ts';
import { evaluationOfRight, heldOutPhotos, THRESHOLD, trainOn, type HeldOutPhoto } from '../segment/train-outline.ts';
import { filePath, wholeNumber } from '../terminal/options.ts';
import { startTrainingBackend, TRAINING_BACKENDS, type TrainingBackendChoice } from '../network/training-backend.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));
const CACHE = path.join(MODELS, 'build/cache');
const DOCS_IMAGES = path.join(MODELS, '../docs/images');

interface ModelOptions {
  model: string;
  backend: TrainingBackendChoice;
}

interface MaskOptions {
  data: string;
  reviews: string;
}

interface TrainOptions extends ModelOptions, MaskOptions {
  replace: boolean;
  views: number;
  seed: number;
}

/** `mushroom segment`, with what is done to the model as commands of its own. */
export function segmentCommand(): Command {
  const train = takingMasks(takingModel(new Command('train')))
    .description('Trains five folds, then a model of all photos, and packs it.')
    .option('--replace', 'overwrite the packed model', false)
    .option('--views <n>', 'random views of each photo', wholeNumber(), 6)
    .option('--seed <n>', 'of the folds, the views and the weights', wholeNumber(), 1)
    .action((options: TrainOptions) => trainOutlines(options));
  const evaluate = takingMasks(takingModel(new Command('evaluate')))
    .description('Judges the packed model on the photos as they are now.')
    .action((options: ModelOptions & MaskOptions) => evaluateOutlines(options));
  const pictures = takingModel(new Command('pictures'))
    .description('Draws outlines on licensed photos, for docs/segmentation.md.')
    .action((options: ModelOptions) => drawPictures(options));
  const segment = new Command('segment').description('Outlines: where in a photo the specimen is.').helpCommand(false);
  for (const command of [train, evaluate, pictures]) segment.addCommand(command);
  return segment;
}

function takingMasks(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--data <path>',
        'a folder with segmentation.csv (image,mask,label), or whose mushrooms folder has one',
      )
        .argParser(filePath)
        .default(MODELS, 'the photos in the repository, which have no masks'),
    )
    .addOption(
      new Option('--reviews <file>', 'what somebody said of the masks')
        .argParser(filePath)
        .default(path.join(MODELS, 'data/segmentation-masks.csv'), 'models/data/segmentation-masks.csv'),
    );
}

function takingModel(command: Command): Command {
  return command
    .addOption(
      new Option('--model <path>', 'folder of the packed model')
        .argParser(filePath)
        .default(path.join(MODELS, 'registry/mushroom-outline/1'), 'models/registry/mushroom-outline/1'),
    )
    .addOption(
      new Option('--backend <name>', 'what computes; wasm can not train, and cpu is slow')
        .choices(TRAINING_BACKENDS)
        .default('auto'),
    );
}

async function start(backend: TrainingBackendChoice, throughConvolutions: boolean): Promise<void> {
  console.log(`backend: ${await startTrainingBackend(backend, { throughConvolutions })}`);
}

async function specimenMasks({ data, reviews }: MaskOptions): Promise<SpecimenMask[]> {
  const masks = await readSpecimenMasks(data, await readMaskReviews(reviews));
  const counts = MASK_VERDICTS.map(
    (verdict) => `${masks.filter((mask) => mask.verdict === verdict).length} ${verdict}`,
  );
  const redrawn = masks.filter((mask) => mask.redrawn).length;
  console.log(`masks: ${masks.length} (${counts.join(', ')}); drawn again: ${redrawn}`);
  return masks;
}

function describe({ photos, meanIou, interval, medianIou, histogram }: OutlineEvaluation): string {
  const bars = histogram.map(
    (count, tenth) => `  ${(tenth / 10).toFixed(1)}–${((tenth + 1) / 10).toFixed(1)}  ${'█'.repeat(count)} ${count}`,
  );
  const [low, high] = interval.map((iou) => iou.toFixed(3));
  return [
    `IoU of ${photos} photos with a right mask: mean ${meanIou.toFixed(3)} (95 %: ${low}–${high}), median ${medianIou.toFixed(3)}`,
    ...bars,
  ].join('\n');
}

/** The photos with their masks, worst fit first, to find wrong masks by eye. Not for the repository: most have no licence. */
async function writeSheet(heldOut: readonly HeldOutPhoto[], masks: readonly SpecimenMask[]): Promise<string> {
  const folder = path.join(MODELS, 'build/segmentation');
  await mkdir(folder, { recursive: true });
  const sorted = [...heldOut].sort((a, b) => a.iou - b.iou);
  const tiles = await Promise.all(
    sorted.map(async ({ path: name, iou, verdict }) => {
      const { photoFile, maskFile } = masks.find((mask) => mask.path === name)!;
      const pair = await Promise.all([photoFile, maskFile].map((file) => readFile(file)));
      return {
        photo: await pictureGrid(pair, 2, 160),
        caption: `${path.basename(name)}\n${verdict} · IoU ${iou.toFixed(2)}`,
      };
    }),
  );
  await writeFile(path.join(folder, 'sheet.jpg'), await contactSheet(tiles));
  const rows = sorted.map(({ path: name, label, verdict, fold, iou }) =>
    [name, label, verdict, fold, iou.toFixed(3)].join(','),
  );
  await writeFile(path.join(folder, 'held-out.csv'), `${['path,label,verdict,fold,iou', ...rows].join('\n')}\n`);
  return folder;
}

async function trainOutlines({ data, reviews, model, backend, replace, views, seed }: TrainOptions): Promise<void> {
  await start(backend, true);
  const masks = await specimenMasks({ data, reviews });
  const backbone = await loadBackbone(path.join(MODELS, 'backbones/efficientnet_lite0_224'));
  const { photos, sha256 } = await preparePhotos(masks, backbone, { views, seed, cache: CACHE });

  const heldOut = await heldOutPhotos(photos, seed);
  const evaluation = evaluationOfRight(heldOut);
  console.log(`\nheld out, ${describe(evaluation)}`);
  for (const verdict of ['partial', 'wrong'] as const) {
    const ious = heldOut.filter((photo) => photo.verdict === verdict).map(({ iou }) => iou);
    const mean = ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
    if (ious.length > 0)
      console.log(
        `${verdict} masks, drawn again where that was easy, which do not count: ${ious.length}, mean ${mean.toFixed(3)}`,
      );
  }
  console.log(`to look at: ${await writeSheet(heldOut, masks)}`);

  const decoder = await trainOn(photos, seed, 'all photos');
  const [registry, name, version] = [
    path.dirname(path.dirname(model)),
    path.basename(path.dirname(model)),
    path.basename(model),
  ];
  const training = {
    name,
    version,
    created: new Date().toISOString(),
    threshold: THRESHOLD,
    evaluation,
    provenance: {
      trainingData: {
        sha256,
        photos: masks.filter(({ verdict, redrawn }) => verdict === 'right' || redrawn).length,
      },
      codeRevision: await codeRevisionOf(path.join(MODELS, 'training/src'), path.join(MODELS, 'recognition/src')),
      seed,
    },
  };
  const golden = ['amanita-muscaria-1.jpg', 'boletus-edulis-1.jpg'].map((file) =>
    path.join(MODELS, 'data/licensed', file),
  );
  console.log(`model: ${await writeOutlineBundle(registry, backbone, weightsOf(decoder), training, golden, replace)}`);
}

async function evaluateOutlines({ model: folder, backend, ...where }: ModelOptions & MaskOptions): Promise<void> {
  await start(backend, false);
  const { bundle } = await openOutlineBundle(folder);
  const { model } = await OutlineModel.open(folder);
  const masks = (await specimenMasks(where)).filter(({ verdict }) => verdict === 'right');
  const fits = await withProgress('outlines', masks.length, async (show) => {
    const done: { iou: number; group: number }[] = [];
    for (const [group, mask] of masks.entries()) {
      const masked = await readMaskedPhoto(mask);
      const { input, target } = maskedView(masked, { kind: 'plain' }, bundle.input.size, COMPARED_SIDE);
      const [logits] = await model.logits([input]);
      done.push({ group, iou: outlineIou(outlineOf(logits!, bundle.threshold), target) });
      show(done.length);
    }
    return done;
  });
  console.log(describe(evaluationOf(fits)));
  console.log('Photos that the model learnt from are among these unless the data are new.');
  console.log(`On photos that it had not seen, when it was trained: mean ${bundle.evaluation.meanIou.toFixed(3)}.`);
}

const PICTURE = { width: 480, columns: 5, square: 260, photos: 20 };

/** Outlines on licensed photos, evenly picked so that nobody chose the good ones. */
async function drawPictures({ model: folder, backend }: ModelOptions): Promise<void> {
  await start(backend, false);
  const { bundle } = await openOutlineBundle(folder);
  const { model } = await OutlineModel.open(folder);
  const listed = parse(await readFile(path.join(MODELS, 'data/licensed.csv'), 'utf8'), { columns: true }) as {
    path: string;
  }[];
  const drawn: Buffer[] = [];
  for (const { path: file } of everyNth(listed, PICTURE.photos)) {
    const photo = path.join(MODELS, 'data', file);
    const [logits] = await model.logits([await readInput(photo, bundle.input)]);
    drawn.push(await outlinePicture(await readFile(photo), outlineOf(logits!, bundle.threshold), PICTURE.width));
    console.log(file);
  }
  const out = path.join(DOCS_IMAGES, 'outlines.jpg');
  await mkdir(DOCS_IMAGES, { recursive: true });
  await writeFile(out, await pictureGrid(drawn, PICTURE.columns, PICTURE.square));
  console.log(`pictures: ${out}`);
}
