import path from 'node:path';
import { sort } from 'd3-array';
import seedrandom from 'seedrandom';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { LabelSpace } from '../data/label-space.ts';
import { readPhotos } from '../data/read-photos.ts';
import { jsonText, requireWritable, writeWhole } from '../data/write-whole.ts';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import { MODELS } from '../terminal/places.ts';
import { readInput } from '../data/read-input.ts';
import { splitPhotos } from '../data/splits.ts';
import { logProbabilities } from '@mushroom/recognition/decision/distribution';
import { activationMap, labelWeights } from '@mushroom/recognition/explanation/activation-map';
import { rewriteReports } from '../pack/bundle-writer.ts';
import { withProgress } from '../terminal/progress.ts';
import type { Evaluation, OcclusionFigures } from '@mushroom/recognition/bundle/evaluation.schema';
import { readEvaluation } from '../evaluate/read-evaluation.ts';
import { modelCard } from '../evaluate/model-card.ts';
import {
  hide,
  HIDDEN_SHARE,
  hotCostsMore,
  hotRegion,
  meanDrops,
  shiftedAtRandom,
  type OccludedPhoto,
} from '../evaluate/occlusion.ts';
import type { EvaluateOptions } from './evaluate.options.ts';
import { percent } from '../evaluate/figure-rows.ts';
import { shareOf, type Proportion } from '@mushroom/recognition/bundle/proportion';

/** On so many of the photos tried hiding the hot region must cost more than hiding a random one. */
const BOUND = 0.8;
const SEED = 'occlusion';

const spoken = ({ count, of, share, interval }: Proportion) =>
  `${percent(share)} (${count} of ${of}${interval ? `; 95 % interval ${interval.map(percent).join(' to ')}` : ''})`;

async function record(open: OpenBundle, evaluation: Evaluation): Promise<void> {
  await rewriteReports(open, {
    'evaluation.json': jsonText(evaluation),
    'model-card.md': modelCard(open.bundle, evaluation),
  });
  console.log(`recorded in ${open.directory}`);
}

/**
 * Tests where the model says it looked: hides the hottest sixth of each photo that it answers rightly, and a region of
 * the same shape at random places, and compares what each costs the right label's score.
 *
 * @throws Error where hiding the hot region costs more on fewer photos than it must: after the figures are written.
 */
export async function testOcclusion(options: EvaluateOptions): Promise<void> {
  const { backend, split, data, skipUnreadable, limit = Infinity, random: places } = options;
  const open = await openGivenBundle(options.bundle);
  const { bundle } = open;
  const { size } = bundle.input;
  const out = options.out ?? path.join(MODELS, `build/occlusion-${bundle.version}.json`);
  requireWritable(path.dirname(out), ...(options.record ? [open.directory] : []));
  const stated = options.record ? await readEvaluation(open.directory) : undefined;
  const { root, photos: listed, table } = await readPhotos(data, { skipUnreadable });
  const space = new LabelSpace(bundle.labels, table);
  const tried = splitPhotos(listed, bundle.provenance.seed).filter(
    (photo) => photo.split === split && space.isKnownSpecies(photo.label),
  );
  const draw = seedrandom(SEED);
  const photos = sort(tried, () => draw()).slice(0, limit);
  if (photos.length === 0) throw new Error(`${data}: no photo of ${split} shows a species that the model has`);
  console.log(`bundle: ${bundle.name} ${bundle.version}, backend: ${await startBackend(backend)}`);

  const classifier = await Classifier.load(graphFrom(open), bundle);
  const occluded: OccludedPhoto[] = [];
  await withProgress('occlusion', photos.length, async (show) => {
    for (const [done, { file, label }] of photos.entries()) {
      const input = await readInput(file, bundle.input);
      const [seen] = await classifier.explained([input]);
      const { logits, classMaps } = seen!;
      const top = logits.indexOf(Math.max(...logits));
      if (space.classesOf(label).includes(top)) {
        const match = { taxon: table.find(label)!.name, rank: 'species' as const };
        const weights = labelWeights({ decision: 'identified', match, candidates: [] }, logits, bundle);
        const region = hotRegion(activationMap(classMaps, weights), size);
        const scoreOf = (photo: Float32Array) => Math.exp(logProbabilities(photo, bundle.temperature)[top]!);
        const score = scoreOf(logits);
        const others = shiftedAtRandom(region, size, places, `${SEED} ${path.relative(root, file)}`);
        const hidden = [region, ...others].map((each) => hide(input, each));
        const [hot, ...random] = (await classifier.logits(hidden)).map((photo) => score - scoreOf(photo));
        occluded.push({ path: path.relative(root, file), label, score, hot: hot!, random });
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
  const figures: OcclusionFigures = {
    split,
    tried: photos.length,
    hiddenShare: HIDDEN_SHARE,
    randomPlaces: places,
    hotCostsMore: passed,
    meanDrop: drops,
  };
  const { name, version } = bundle;
  await writeWhole(out, jsonText({ bundle: { name, version }, ...figures, photos: occluded }));
  console.log(`figures: ${out}`);
  if (stated) await record(open, { ...stated, occlusion: figures });
  if (passed.share! < BOUND) {
    throw new Error(
      `hiding the hot region costs more than a random one on ${spoken(passed)} of the photos, and must on ${percent(BOUND)}`,
    );
  }
}
