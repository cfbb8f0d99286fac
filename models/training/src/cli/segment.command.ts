import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { mean } from 'd3-array';
import { Command } from '@commander-js/extra-typings';
import { contactSheet, type SheetPhoto } from '../clean/contact-sheet.ts';
import { requireWritable, writeWhole } from '../data/write-whole.ts';
import { readInput } from '../data/read-input.ts';
import { readPhotos } from '../data/read-photos.ts';
import { openOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { OutlineModel } from '@mushroom/recognition/outline/outline-model';
import type { OutlineEvaluation } from '@mushroom/recognition/outline/outline-model.schema';
import { outlineOf } from '@mushroom/recognition/outline/outline';
import { codeRevisionOf } from '../data/code-revision.ts';
import { loadBackbone } from '../network/backbone.ts';
import { requireFree } from '../pack/bundle-writer.ts';
import { withProgress } from '../terminal/progress.ts';
import { weightsOf } from '../segment/decoder.ts';
import { maskedView, readMaskedPhoto } from '../segment/masked-view.ts';
import { preparePhotos } from '../segment/masked-photos.ts';
import { writeOutlineBundle } from '../segment/outline-bundle-writer.ts';
import { COMPARED_SIDE, evaluationOf, outlineIou } from '../segment/outline-fit.ts';
import { outlinePicture } from '../segment/outline-picture.ts';
import { everyNth } from '../segment/every-nth.ts';
import { MASK_VERDICTS, readMaskReviews, readSpecimenMasks, type SpecimenMask } from '../segment/specimen-masks.ts';
import { usableMasks } from '../segment/usable-masks.ts';
import { UsageError } from '../terminal/command.ts';
import { heldOutPhotos, THRESHOLD, trainOn, type HeldOutPhoto } from '../segment/train-outline.ts';
import {
  isBundleName,
  isBundleVersion,
  pathOption,
  skipUnreadableOption,
  trainingBackendOption,
  wholeNumber,
  type OptionsOf,
} from '../terminal/options.ts';
import { BACKBONE, CACHE, MODELS, SHIPPED_PHOTOS, SOURCES } from '../terminal/places.ts';
import { startTrainingBackend, type TrainingBackendChoice } from '../network/training-backend.ts';

const modelOption = () => pathOption('--model <path>', 'folder of the packed model', 'registry/mushroom-outline/2');

const computeOption = () => trainingBackendOption('what computes; wasm can not train, and cpu is slow');

const masksOption = () =>
  pathOption(
    '--data <path>',
    'a folder with segmentation.csv (image,mask,label), or whose mushrooms folder has one',
    '',
    'the photos in the repository, which have no masks',
  );

const reviewsOption = () =>
  pathOption('--reviews <file>', 'what somebody said of the masks', 'data/segmentation-masks.csv');

const trainDeclared = () =>
  new Command('train')
    .description('Trains five folds, then a model of all photos, and packs it.')
    .addOption(modelOption())
    .addOption(computeOption())
    .addOption(masksOption())
    .addOption(skipUnreadableOption())
    .addOption(reviewsOption())
    .option('--replace', 'overwrite the packed model', false)
    .option('--views <n>', 'random views of each photo', wholeNumber(), 6)
    .option('--seed <n>', 'of the folds, the views and the weights', wholeNumber(), 1);

const evaluateDeclared = () =>
  new Command('evaluate')
    .description('Judges the packed model on the photos as they are now.')
    .addOption(modelOption())
    .addOption(computeOption())
    .addOption(masksOption())
    .addOption(skipUnreadableOption())
    .addOption(reviewsOption());

const picturesDeclared = () =>
  new Command('pictures')
    .description('Draws outlines on licensed photos, for docs/segmentation.md.')
    .addOption(modelOption())
    .addOption(computeOption());

/** `mushroom segment`, with what is done to the model as commands of its own. */
export const segmentCommand = () =>
  new Command('segment')
    .description('Outlines: where in a photo the specimen is.')
    .helpCommand(false)
    .addCommand(trainDeclared().action(trainOutlines))
    .addCommand(evaluateDeclared().action(evaluateOutlines))
    .addCommand(picturesDeclared().action(drawPictures));

async function start(backend: TrainingBackendChoice, throughConvolutions: boolean): Promise<void> {
  console.log(`backend: ${await startTrainingBackend(backend, { throughConvolutions })}`);
}

async function openModel({ model: folder, backend }: OptionsOf<typeof picturesDeclared>) {
  await start(backend, false);
  const { bundle } = await openOutlineBundle(folder);
  return { bundle, ...(await OutlineModel.open(folder)) };
}

/** @param fewest so many right masks are needed. */
async function specimenMasks(
  { data, reviews, skipUnreadable }: OptionsOf<typeof evaluateDeclared>,
  fewest: number,
): Promise<SpecimenMask[]> {
  const listed = await readSpecimenMasks(data, await readMaskReviews(reviews));
  const masks = await usableMasks(listed, { data, skipUnreadable });
  const counts = MASK_VERDICTS.map(
    (verdict) => `${masks.filter((mask) => mask.verdict === verdict).length} ${verdict}`,
  );
  const redrawn = masks.filter((mask) => mask.redrawn).length;
  console.log(`masks: ${masks.length} (${counts.join(', ')}); drawn again: ${redrawn}`);
  if (masks.filter(({ verdict }) => verdict === 'right').length < fewest)
    throw new Error(`${data}: too few masks are right; ${fewest} are needed at least`);
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

const SHEETS = path.join(MODELS, 'build/segmentation');

/** The photos with their masks, worst fit first, to find wrong masks by eye. Not for the repository: most have no licence. */
async function writeSheet(heldOut: readonly HeldOutPhoto[], masks: readonly SpecimenMask[]): Promise<string> {
  const sorted = [...heldOut].sort((a, b) => a.iou - b.iou);
  const tiles = await Promise.all(
    sorted.map(async ({ path: name, iou, verdict }) => {
      const { photoFile, maskFile } = masks.find((mask) => mask.path === name)!;
      return {
        photo: await contactSheet([{ photo: photoFile }, { photo: maskFile }], { columns: 2, square: 160 }),
        caption: `${path.basename(name)}\n${verdict} · IoU ${iou.toFixed(2)}`,
      };
    }),
  );
  await writeWhole(path.join(SHEETS, 'sheet.jpg'), await contactSheet(tiles));
  const columns = ['path', 'label', 'verdict', 'fold', 'iou'];
  const rows = sorted.map((photo) => ({ ...photo, iou: photo.iou.toFixed(3) }));
  await writeWhole(path.join(SHEETS, 'held-out.csv'), stringify(rows, { header: true, columns }));
  return SHEETS;
}

async function trainOutlines(options: OptionsOf<typeof trainDeclared>): Promise<void> {
  const { model, backend, replace, views, seed } = options;
  const [name, version] = model.split(path.sep).slice(-2) as [string, string];
  const registry = path.resolve(model, '../..');
  if (!isBundleName(name) || !isBundleVersion(version))
    throw new UsageError(
      `--model ends in a name of small letters, digits and hyphens, and a whole number: not ${model}`,
    );
  requireFree(registry, { name, version }, replace);
  requireWritable(SHEETS, CACHE);
  await start(backend, true);
  // One to learn from, and one to judge by.
  const masks = await specimenMasks(options, 2);
  const backbone = await loadBackbone(BACKBONE);
  const { photos, sha256 } = await preparePhotos(masks, backbone, { views, seed, cache: CACHE });

  const heldOut = await heldOutPhotos(photos, seed);
  // Who redraws a mask should not be judged by it.
  const evaluation = evaluationOf(heldOut.filter(({ verdict }) => verdict === 'right'));
  console.log(`\nheld out, ${describe(evaluation)}`);
  for (const verdict of ['partial', 'wrong'] as const) {
    const ious = heldOut.filter((photo) => photo.verdict === verdict).map(({ iou }) => iou);
    const said = `${verdict} masks, drawn again where that was easy, which do not count: ${ious.length}`;
    if (ious.length > 0) console.log(`${said}, mean ${mean(ious)!.toFixed(3)}`);
  }
  console.log(`to look at: ${await writeSheet(heldOut, masks)}`);

  const decoder = await trainOn(photos, seed, 'all photos');
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
      codeRevision: await codeRevisionOf(...SOURCES),
      seed,
    },
  };
  console.log(`model: ${await writeOutlineBundle(registry, backbone, weightsOf(decoder), training, replace)}`);
}

async function evaluateOutlines(options: OptionsOf<typeof evaluateDeclared>): Promise<void> {
  const { bundle, model } = await openModel(options);
  const masks = (await specimenMasks(options, 1)).filter(({ verdict }) => verdict === 'right');
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
async function drawPictures(options: OptionsOf<typeof picturesDeclared>): Promise<void> {
  const { bundle, model } = await openModel(options);
  const drawn: SheetPhoto[] = [];
  const { photos, root } = await readPhotos(SHIPPED_PHOTOS);
  for (const { file } of everyNth(photos, PICTURE.photos)) {
    const [logits] = await model.logits([await readInput(file, bundle.input)]);
    drawn.push({ photo: await outlinePicture(file, outlineOf(logits!, bundle.threshold), PICTURE.width) });
    console.log(path.relative(root, file));
  }
  const out = path.join(MODELS, '../docs/images/outlines.jpg');
  await writeWhole(out, await contactSheet(drawn, PICTURE));
  console.log(`pictures: ${out}`);
}
