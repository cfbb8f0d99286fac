import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { contactSheet } from '../clean/contact-sheet.ts';
import { decodePhoto } from '../data/decode-photo.ts';
import { invocationPath } from '../terminal/invocation-path.ts';
import { openOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { OutlineModel } from '@mushroom/recognition/outline/outline-model';
import type { OutlineEvaluation } from '@mushroom/recognition/outline/outline-model.schema';
import { outlineOf } from '@mushroom/recognition/outline/outline';
import { codeRevisionOf } from '../pack/bundle-writer.ts';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';
import { loadBackbone } from '../network/backbone.ts';
import { withProgress } from '../terminal/progress.ts';
import { weightsOf } from './decoder.ts';
import { maskedView, readMaskedPhoto } from './masked-view.ts';
import { preparePhotos } from './masked-photos.ts';
import { writeOutlineBundle } from './outline-bundle-writer.ts';
import { COMPARED_SIDE, evaluationOf, outlineIou } from './outline-fit.ts';
import { outlinePicture, pictureGrid } from './outline-picture.ts';
import { everyNth } from './every-nth.ts';
import { MASK_VERDICTS, readMaskReviews, readSpecimenMasks, type SpecimenMask } from './specimen-masks.ts';
import { evaluationOfRight, heldOutPhotos, THRESHOLD, trainOn, type HeldOutPhoto } from './train-outline.ts';
import { runCommand } from '../terminal/command.ts';
import { startTrainingBackend, TRAINING_BACKENDS } from '../network/training-backend.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));
const CACHE = path.join(MODELS, 'build/cache');
const DOCS_IMAGES = path.join(MODELS, '../docs/images');

const HELP = `Outlines: where in a photo the specimen is.

  npm run segment -w models -- train --data PATH [options]      five folds, then a model of all, packed
  npm run segment -w models -- evaluate --data PATH [options]   the packed model on the photos as they are now
  npm run segment -w models -- pictures [options]               outlines on licensed photos, for docs/segmentation.md

  --data PATH      a folder with segmentation.csv (image,mask,label), or whose mushrooms folder has one
                   (default: the photos in the repository, which have no masks)
  --reviews FILE   what somebody said of the masks (default: models/data/segmentation-masks.csv)
  --model PATH     folder of the packed model (default: models/registry/mushroom-outline/1)
  --replace        train: overwrite the packed model
  --views N        train: random views of each photo (default: 6)
  --seed N         train (default: 1)
  --backend NAME   auto, native, wasm (not to train) or cpu (slow)   (default: auto)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    reviews: { type: 'string' },
    model: { type: 'string' },
    replace: { type: 'boolean', default: false },
    views: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
    backend: { type: 'string', default: 'auto' },
    help: { type: 'boolean', default: false },
  },
});

const pathOr = (given: string | undefined, inModels: string) =>
  given === undefined ? path.join(MODELS, inModels) : invocationPath(given);

const dataFolder = () => pathOr(values.data, '.');
const modelFolder = () => pathOr(values.model, 'registry/mushroom-outline/1');

function wholeNumber(flag: string, given: string): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${flag} takes a whole number from 1, not "${given}"`);
  return number;
}

async function specimenMasks(): Promise<SpecimenMask[]> {
  const reviews = await readMaskReviews(pathOr(values.reviews, 'data/segmentation-masks.csv'));
  const masks = await readSpecimenMasks(dataFolder(), reviews);
  const counts = MASK_VERDICTS.map(
    (verdict) => `${masks.filter((mask) => mask.verdict === verdict).length} ${verdict}`,
  );
  const redrawn = masks.filter((mask) => mask.redrawn).length;
  console.log(`masks: ${masks.length} (${counts.join(', ')}); drawn anew: ${redrawn}`);
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
        encoded: await pictureGrid(pair, 2, 160),
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

async function train(): Promise<void> {
  const seed = wholeNumber('seed', values.seed);
  const model = modelFolder();
  const masks = await specimenMasks();
  const backbone = await loadBackbone(path.join(MODELS, 'backbones/efficientnet_lite0_224'));
  const views = wholeNumber('views', values.views);
  const { photos, sha256 } = await preparePhotos(masks, backbone, { views, seed, cache: CACHE });

  const heldOut = await heldOutPhotos(photos, seed);
  const evaluation = evaluationOfRight(heldOut);
  console.log(`\nheld out, ${describe(evaluation)}`);
  for (const verdict of ['partial', 'wrong'] as const) {
    const ious = heldOut.filter((photo) => photo.verdict === verdict).map(({ iou }) => iou);
    const mean = ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
    if (ious.length > 0)
      console.log(
        `${verdict} masks, drawn anew where that was easy, which do not count: ${ious.length}, mean ${mean.toFixed(3)}`,
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
      codeRevision: await codeRevisionOf(path.join(MODELS, 'src')),
      seed,
    },
  };
  const golden = ['amanita-muscaria-1.jpg', 'boletus-edulis-1.jpg'].map((file) =>
    path.join(MODELS, 'data/licensed', file),
  );
  console.log(
    `model: ${await writeOutlineBundle(registry, backbone, weightsOf(decoder), training, golden, values.replace)}`,
  );
}

async function evaluate(): Promise<void> {
  const { bundle } = await openOutlineBundle(modelFolder());
  const { model } = await OutlineModel.open(modelFolder());
  const masks = (await specimenMasks()).filter(({ verdict }) => verdict === 'right');
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
async function pictures(): Promise<void> {
  const { bundle } = await openOutlineBundle(modelFolder());
  const { model } = await OutlineModel.open(modelFolder());
  const listed = parse(await readFile(path.join(MODELS, 'data/licensed.csv'), 'utf8'), { columns: true }) as {
    path: string;
  }[];
  const drawn: Buffer[] = [];
  for (const { path: file } of everyNth(listed, PICTURE.photos)) {
    const encoded = await readFile(path.join(MODELS, file));
    const [logits] = await model.logits([photoToInput(await decodePhoto(encoded), bundle.input)]);
    drawn.push(await outlinePicture(encoded, outlineOf(logits!, bundle.threshold), PICTURE.width));
    console.log(file);
  }
  const out = path.join(DOCS_IMAGES, 'outlines.jpg');
  await mkdir(DOCS_IMAGES, { recursive: true });
  await writeFile(out, await pictureGrid(drawn, PICTURE.columns, PICTURE.square));
  console.log(`pictures: ${out}`);
}

const COMMANDS = { train, evaluate, pictures };

async function run(): Promise<void> {
  const [name = ''] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
  if (!command) throw new Error(`say train, evaluate or pictures; --help tells more`);
  const choice = TRAINING_BACKENDS.find((one) => one === values.backend);
  if (!choice) throw new Error('--backend is auto, native, wasm or cpu');
  console.log(`backend: ${await startTrainingBackend(choice, { throughConvolutions: command === train })}`);
  await command();
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('segment', run);
}
