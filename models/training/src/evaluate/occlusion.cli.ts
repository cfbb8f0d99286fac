import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import seedrandom from 'seedrandom';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { decodePhoto } from '../data/decode-photo.ts';
import { invocationPath } from '../terminal/invocation-path.ts';
import { LabelSpace } from '../data/label-space.ts';
import { readManifest } from '../data/manifest.ts';
import { splitPhotos } from '../data/splits.ts';
import { logProbabilities } from '@mushroom/recognition/decision/distribution';
import { activationMap, labelWeights } from '@mushroom/recognition/explanation/activation-map';
import { decodedSideOf } from '@mushroom/recognition/preprocess/decoded-side';
import { rewriteReports } from '../pack/bundle-writer.ts';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { withProgress } from '../terminal/progress.ts';
import { evaluationSchema, type OcclusionFigures } from '@mushroom/recognition/bundle/evaluation.schema';
import { modelCard } from './model-card.ts';
import { newestBundle } from '../terminal/newest-bundle.ts';
import {
  hide,
  HIDDEN_SHARE,
  hotCostsMore,
  hotRegion,
  meanDrops,
  shiftedAtRandom,
  type OccludedPhoto,
} from './occlusion.ts';
import { shareOf, type Proportion } from '@mushroom/recognition/bundle/proportion';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

const HELP = `Tests where the model says it looked: hides the hottest sixth of each photo of val that it answers rightly, and a
region of the same shape at random places, and compares what each costs the right label's score.

  npm run occlusion -w models -- [options]

  --data PATH      labelled photos, shapes as in training
                   (default: the photos shipped with the project)
  --bundle PATH    (default: the newest mushroom-classifier of models/registry)
  --split NAME     val or field (default: val)
  --limit N        no more than N photos, drawn at random (default: all)
  --random N       random places a photo (default: 8)
  --backend NAME   auto, native or wasm (default: auto)
  --out FILE       the figures as JSON (default: models/build/occlusion-<version>.json)
  --record         write the figures into the bundle's evaluation.json and model card, too
`;

/** On so many of the photos tried hiding the hot region must cost more than hiding a random one. */
const BOUND = 0.8;
const SEED = 'occlusion';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    bundle: { type: 'string' },
    split: { type: 'string', default: 'val' },
    limit: { type: 'string' },
    random: { type: 'string', default: '8' },
    backend: { type: 'string', default: 'auto' },
    out: { type: 'string' },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function countOf(text: string, option: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${option} is a whole number from 1 up`);
  return count;
}

/** The items in an order that the seed alone decides. */
function shuffled<T>(items: readonly T[]): T[] {
  const random = seedrandom(SEED);
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const percent = (share: number | null) => (share === null ? 'none' : `${(share * 100).toFixed(1)} %`);
const spoken = ({ count, of, share, interval }: Proportion) =>
  `${percent(share)} (${count} of ${of}${interval ? `; 95 % interval ${interval.map(percent).join(' to ')}` : ''})`;

async function record(open: OpenBundle, occlusion: OcclusionFigures): Promise<void> {
  const stated = await readFile(path.join(open.directory, 'evaluation.json'), 'utf8');
  const evaluation = { ...evaluationSchema.parse(JSON.parse(stated)), occlusion };
  await rewriteReports(open, {
    'evaluation.json': `${JSON.stringify(evaluation, null, 1)}\n`,
    'model-card.md': modelCard(open.bundle, evaluation),
  });
  console.log(`recorded in ${open.directory}`);
}

async function test(): Promise<void> {
  const { backend, split } = values;
  if (!['auto', 'native', 'wasm'].includes(backend)) throw new Error('--backend is auto, native or wasm');
  if (!['val', 'field'].includes(split)) throw new Error('--split is val or field');
  const limit = values.limit === undefined ? Infinity : countOf(values.limit, 'limit');
  const places = countOf(values.random, 'random');
  const data = values.data ? invocationPath(values.data) : path.join(MODELS, 'data/licensed.csv');
  const open = await openBundle(values.bundle ? invocationPath(values.bundle) : await newestBundle());
  const { bundle } = open;
  const { size } = bundle.input;
  const table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
  const space = new LabelSpace(bundle.labels, table);
  const manifest = await readManifest(data);
  const photos = shuffled(
    splitPhotos(manifest.photos, bundle.provenance.seed).filter(
      (photo) => photo.split === split && space.isKnownSpecies(photo.label),
    ),
  ).slice(0, limit);
  if (photos.length === 0) throw new Error(`${data}: no photo of ${split} shows a species that the model has`);
  console.log(`bundle: ${bundle.name} ${bundle.version}, backend: ${await startBackend(backend as 'auto')}`);

  const classifier = await Classifier.load(graphFrom(open), bundle);
  const occluded: OccludedPhoto[] = [];
  await withProgress('occlusion', photos.length, async (show) => {
    for (const [done, { file, label }] of photos.entries()) {
      const input = photoToInput(await decodePhoto(await readFile(file), decodedSideOf(bundle.input)), bundle.input);
      const [seen] = await classifier.explained([input]);
      const { logits, classMaps } = seen!;
      const top = logits.indexOf(Math.max(...logits));
      if (space.leavesOf(label).includes(top)) {
        const match = { taxon: table.find(label)!.name, rank: 'species' as const };
        const weights = labelWeights({ decision: 'identified', match, candidates: [] }, logits, bundle);
        const region = hotRegion(activationMap(classMaps, weights), size);
        const scoreOf = (photo: Float32Array) => Math.exp(logProbabilities(photo, bundle.temperature)[top]!);
        const score = scoreOf(logits);
        const others = shiftedAtRandom(region, size, places, `${SEED} ${path.relative(manifest.root, file)}`);
        const hidden = [region, ...others].map((each) => hide(input, each));
        const [hot, ...random] = (await classifier.logits(hidden)).map((photo) => score - scoreOf(photo));
        occluded.push({ path: path.relative(manifest.root, file), label, score, hot: hot!, random });
      }
      show(done + 1);
    }
  });
  classifier.dispose();
  if (occluded.length === 0) throw new Error('the model answers none of these photos rightly');

  const passed = shareOf(occluded, hotCostsMore);
  const pairs = occluded.flatMap(({ hot, random }) => random.map((drop) => hot > drop));
  const drops = meanDrops(occluded);
  console.log(`photos of ${split}: ${photos.length}, of them answered rightly: ${occluded.length}`);
  console.log(`hiding the hot region costs more than a random one: ${spoken(passed)}; bound: ${percent(BOUND)}`);
  console.log(`… than a single random one: ${percent(pairs.filter(Boolean).length / pairs.length)}`);
  console.log(
    `score lost on average: ${percent(drops.hot)} by the hot region, ${percent(drops.random)} by a random one`,
  );
  const out = values.out ? invocationPath(values.out) : path.join(MODELS, `build/occlusion-${bundle.version}.json`);
  const figures: OcclusionFigures = {
    split: split as 'val' | 'field',
    tried: photos.length,
    hiddenShare: HIDDEN_SHARE,
    randomPlaces: places,
    hotCostsMore: passed,
    meanDrop: drops,
  };
  await mkdir(path.dirname(out), { recursive: true });
  const { name, version } = bundle;
  await writeFile(out, `${JSON.stringify({ bundle: { name, version }, ...figures, photos: occluded }, null, 1)}\n`);
  console.log(`figures: ${out}`);
  if (values.record) await record(open, figures);
  if (passed.share! < BOUND) process.exitCode = 1;
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('occlusion', test);
}
