import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { filePath } from '@mushroom/training/terminal/options';
import { NOT_A_MUSHROOM } from '@mushroom/training/data/manifest';
import { areaUnderCurve, rejectedAt } from './rejection.ts';
import { loadBackbone } from '@mushroom/training/network/backbone';
import { startFrom } from '@mushroom/training/fit/fine-tune';
import { computeFeatures, frozenFeatures, rowsOf, type FeatureTable } from '@mushroom/training/fit/frozen-features';
import type { Head } from '@mushroom/training/network/head';
import { applyHead, trainHead } from '@mushroom/training/fit/head';
import { HEAD_DEFAULTS } from '@mushroom/training/fit/recipe';
import { readTrainingData, type PhotoRow } from '@mushroom/training/fit/training-data';
import { blendInto, weightsOf } from '@mushroom/training/fit/weight-blend';
import { runToExit } from '@mushroom/training/terminal/command';

const MODELS = fileURLToPath(new URL('../../', import.meta.url));

/** ImageNet's classes of fungi: mushroom, coral fungus, agaric, gyromitra, stinkhorn, earthstar, hen-of-the-woods, bolete. */
const FUNGI = [947, 991, 992, 993, 994, 995, 996, 997];

/** The nearest training photos that are asked whether they show a mushroom. */
const NEIGHBOURS = 10;

const HELP = `Compares ways of telling that a photo shows no mushroom, and that it shows none of the species that the model has: by the
photos of val and those of other sources that are kept to tune on. \`field\` is not looked at.

  npx tsx models/experiments/2026-11-rejection/run.ts --data PATH [options]

  --data PATH           as in training
  --cleaning FILE       as in training (default: models/data/cleaning.csv)
  --backbone PATH       a layers model (default: models/backbones/efficientnet_lite0_224)
  --checkpoints PATH    of a fine-tuning run (default: the frozen backbone, with a head trained on it)
  --pretrained-share S  as in training (default: 0)
  --imagenet-head PATH  a dense layer from the frozen backbone's features to ImageNet's classes (default: left out)
  --out FILE            write what was measured there, as JSON (default: models/build/rejection.json)
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    cleaning: { type: 'string', default: path.join(MODELS, 'data/cleaning.csv') },
    backbone: { type: 'string', default: path.join(MODELS, 'backbones/efficientnet_lite0_224') },
    checkpoints: { type: 'string' },
    'pretrained-share': { type: 'string', default: '0' },
    'imagenet-head': { type: 'string' },
    out: { type: 'string', default: path.join(MODELS, 'build/rejection.json') },
    help: { type: 'boolean', default: false },
  },
});

/** A photo's scores, the higher the more of a mushroom, or of a known one; by the name of the way. */
type Scores = Record<string, number>;

async function compare(): Promise<void> {
  if (!values.data) throw new Error('--data is needed');
  await startBackend('auto');
  const cache = path.join(MODELS, 'build/cache');
  const data = await readTrainingData({
    data: filePath(values.data),
    cleaning: filePath(values.cleaning),
    cache,
    seed: 1,
    minPhotos: 10,
  });
  const { shards, space, countOf, taught, tune, val } = data;
  const backbone = await loadBackbone(filePath(values.backbone));
  const spec: InputSpec = { size: backbone.inputSize, fit: 'stretch' };
  const view = { kind: 'plain' } as const;
  const placesOf = (rows: readonly PhotoRow[]) => rows.map(({ row }) => row);

  let head: Head;
  let features: { train: FeatureTable; tune: FeatureTable; val: FeatureTable };
  if (values.checkpoints) {
    const pretrained = weightsOf(backbone);
    head = await startFrom(filePath(values.checkpoints), backbone, space.labels.length);
    blendInto(backbone, pretrained, Number(values['pretrained-share']));
    const of = (split: 'train' | 'tune' | 'val') =>
      computeFeatures({ backbone, shards, split, count: countOf(split), spec, view });
    features = { train: await of('train'), tune: await of('tune'), val: await of('val') };
  } else {
    const of = (split: 'train' | 'tune' | 'val') =>
      frozenFeatures({ backbone, shards, split, count: countOf(split), spec, view, cache });
    features = { train: await of('train'), tune: await of('tune'), val: await of('val') };
    ({ head } = await trainHead(
      {
        views: [rowsOf(features.train, placesOf(taught))],
        classSets: taught.map(({ label }) => space.taughtClassesOf(label)),
      },
      { views: [features.val], classSets: val.map(({ label }) => space.classesOf(label)) },
      space.labels.length,
      { ...HEAD_DEFAULTS, seed: 1 },
    ));
  }

  const background = space.labels.findIndex(({ kind }) => kind === 'not_a_mushroom');
  const memory = memoryOf(rowsOf(features.train, placesOf(taught)), taught);
  const imageNet = values['imagenet-head'] ? await imageNetHead(filePath(values['imagenet-head'])) : undefined;
  const scoresOf = (table: FeatureTable): Scores[] => {
    const logits = applyHead(head, table);
    const near = memory.nearnessOf(table);
    const fungi = imageNet && applyHead(imageNet, table).map(fungusMass);
    return logits.map((row, index) => ({
      'background class': 1 - shareOfClass(row, background),
      'highest share of a mushroom': Math.exp(highest(row, background) - logSumExp(row)),
      'energy of the mushroom classes': logSumExp(row.filter((_, classIndex) => classIndex !== background)),
      'nearest mean of a label': near[index]!.mean,
      'share of mushrooms among the nearest': near[index]!.mushrooms,
      'distance of the nearest': near[index]!.nearest,
      ...(fungi && { 'fungus mass of the ImageNet head': fungi[index]! }),
    }));
  };
  const ofVal = scoresOf(features.val);
  const ofTune = scoresOf(rowsOf(features.tune, placesOf(tune)));

  const isNegative = ({ label }: PhotoRow) => label === NOT_A_MUSHROOM;
  const negatives = ofVal.filter((_, index) => isNegative(val[index]!));
  const mushrooms = ofVal.filter((_, index) => !isNegative(val[index]!));
  const mushroomsOfTune = ofTune.filter((_, index) => !isNegative(tune[index]!));
  const known = ofTune.filter((_, index) => space.isKnownSpecies(tune[index]!.label));
  const unseen = ofTune.filter((_, index) => !space.isKnownSpecies(tune[index]!.label));
  const measured = Object.keys(ofVal[0]!).map((way) => {
    const of = (photos: readonly Scores[]) => photos.map((scores) => scores[way]!);
    return {
      way,
      notAMushroom: {
        areaVal: areaUnderCurve(of(mushrooms), of(negatives)),
        areaTune: areaUnderCurve(of(mushroomsOfTune), of(negatives)),
        rejectedAt2Percent: rejectedAt(0.02, of(mushrooms), of(negatives)),
        rejectedAt2PercentTune: rejectedAt(0.02, of(mushroomsOfTune), of(negatives)),
      },
      noneIKnow: { areaTune: areaUnderCurve(of(known), of(unseen)) },
    };
  });
  for (const line of measured) console.log(JSON.stringify(line));
  const out = filePath(values.out);
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(measured, null, 1)}\n`);
  console.log(`measured: ${out}`);
}

function logSumExp(logits: Float32Array): number {
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return peak + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - peak), 0));
}

function shareOfClass(logits: Float32Array, classIndex: number): number {
  return Math.exp(logits[classIndex]! - logSumExp(logits));
}

function highest(logits: Float32Array, without: number): number {
  return logits.reduce((best, logit, classIndex) => (classIndex === without ? best : Math.max(best, logit)), -Infinity);
}

function fungusMass(logits: Float32Array): number {
  const total = logSumExp(logits);
  return FUNGI.reduce((sum, index) => sum + Math.exp(logits[index]! - total), 0);
}

async function imageNetHead(directory: string): Promise<Head> {
  const bytes = await readFile(path.join(directory, 'weights.bin'));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { kernel: all.slice(0, all.length - 1000), bias: all.slice(all.length - 1000) };
}

/** What was learnt from, as directions in feature space. */
function memoryOf(table: FeatureTable, rows: readonly PhotoRow[]) {
  const labels = [...new Set(rows.filter(({ label }) => label !== NOT_A_MUSHROOM).map(({ label }) => label))];
  const directions = tf.tidy(() => directionsOf(table));
  const means = tf.tidy(() => {
    const members = new Float32Array(labels.length * rows.length);
    rows.forEach(({ label }, row) => {
      const place = labels.indexOf(label);
      if (place >= 0) members[place * rows.length + row] = 1;
    });
    return normalised(tf.matMul(tf.tensor2d(members, [labels.length, rows.length]), directions));
  });
  const isMushroom = rows.map(({ label }) => label !== NOT_A_MUSHROOM);
  return {
    nearnessOf: (photos: FeatureTable) =>
      tf.tidy(() => {
        const asked = directionsOf(photos);
        const ofMeans = tf.max(tf.matMul(asked, means, false, true), 1).dataSync();
        const { values: cosines, indices } = tf.topk(tf.matMul(asked, directions, false, true), NEIGHBOURS);
        const [cosine, index] = [cosines.dataSync(), indices.dataSync()];
        return Array.from({ length: photos.rows }, (_, row) => {
          const near = Array.from({ length: NEIGHBOURS }, (_, k) => row * NEIGHBOURS + k);
          return {
            mean: ofMeans[row]!,
            // The cosine breaks ties: most photos have mushrooms around them only.
            mushrooms: near.filter((k) => isMushroom[index[k]!]).length / NEIGHBOURS + cosine[near[0]!]! * 1e-3,
            nearest: cosine[near[0]!]!,
          };
        });
      }),
  };
}

function directionsOf({ values: features, rows, width }: FeatureTable): tf.Tensor2D {
  return normalised(tf.tensor2d(features, [rows, width]));
}

function normalised(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.div(rows, tf.norm(rows, 2, 1, true));
}

if (values.help) {
  console.log(HELP);
} else {
  await runToExit(async () => {
    await compare();
    return 0;
  });
}
