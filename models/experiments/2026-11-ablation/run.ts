import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import type { View } from '@mushroom/training/data/batches';
import { filePath } from '@mushroom/training/terminal/options';
import type { LabelSpace } from '@mushroom/training/data/label-space';
import type { Split } from '@mushroom/training/data/manifest';
import { decisionModelOf } from '@mushroom/training/calibrate/decision-model';
import { evaluateSet } from '@mushroom/training/evaluate/evaluation';
import { proportionOf, type Proportion } from '@mushroom/recognition/bundle/proportion';
import { isDangerous } from '@mushroom/recognition/taxonomy/taxon';
import { loadBackbone } from '@mushroom/training/network/backbone';
import { COSTS } from '@mushroom/training/calibrate/costs';
import { frozenFeatures, rowsOf } from '@mushroom/training/fit/frozen-features';
import { evaluatedPhoto, type EvaluatedPhoto } from '@mushroom/training/evaluate/evaluated-photo';
import { applyHead, trainHead } from '@mushroom/training/fit/head';
import { HEAD_DEFAULTS, type HeadOptions } from '@mushroom/training/fit/recipe';
import { readTrainingData, type PhotoRow, type TrainingData } from '@mushroom/training/fit/training-data';
import { runToExit } from '@mushroom/training/terminal/command';

const MODELS = fileURLToPath(new URL('../../', import.meta.url));

const HELP = `Measures what single steps of the recipe are worth: trains heads on the frozen backbone, each with one step changed, and
judges them by val and by the photos of other sources that are kept to tune on. \`field\` is not looked at.

  npx tsx models/experiments/2026-11-ablation/run.ts --data PATH [options]

  --data PATH      as in training
  --cleaning FILE  as in training (default: models/data/cleaning.csv)
  --backbone PATH  whose features (default: models/backbones/efficientnet_lite0_224)
  --step TEXT      only steps with this in their name (default: all)
  --seeds N        each head is trained with as many seeds, and the mean is told (default: 2)
  --out FILE       write what was measured there, as JSON (default: models/build/ablation.json)
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    cleaning: { type: 'string', default: path.join(MODELS, 'data/cleaning.csv') },
    backbone: { type: 'string', default: path.join(MODELS, 'backbones/efficientnet_lite0_224') },
    step: { type: 'string', default: '' },
    seeds: { type: 'string', default: '2' },
    out: { type: 'string', default: path.join(MODELS, 'build/ablation.json') },
    help: { type: 'boolean', default: false },
  },
});

interface Variant {
  step: string;
  /** Which rows are learnt from; those of the recipe where it is not given. */
  rows?: (row: PhotoRow) => boolean;
  uncleaned?: boolean;
  classesOf?: (label: string) => readonly number[];
  head?: Partial<HeadOptions>;
}

function variantsOf({ space, table }: TrainingData): Variant[] {
  return [
    { step: 'the recipe' },
    { step: 'without cleaning', uncleaned: true },
    { step: 'without reference photos', rows: ({ reference }) => !reference },
    {
      step: 'without photos labelled with a genus only',
      classesOf: (label) => (table.find(label)?.rank === 'genus' ? [] : space.taughtClassesOf(label)),
    },
    {
      step: 'without photos of genera that have no class',
      classesOf: (label) => space.classesOf(label),
    },
    ...[0.3, 0.5, 1].map((balance) => ({ step: `photos weigh n^-${balance}`, head: { balance } })),
  ];
}

/** Mean over dangerous species of the share of their photos whose best class is right: rare ones count as much. */
function dangerousRecall(photos: readonly EvaluatedPhoto[], { table }: TrainingData): Proportion & { species: number } {
  const bySpecies = new Map<string, boolean[]>();
  for (const { label, classes, logits, knownSpecies } of photos) {
    const taxon = table.find(label);
    if (!knownSpecies || !taxon || !isDangerous(taxon.toxicity)) continue;
    let best = 0;
    logits.forEach((logit, classIndex) => (best = logit > logits[best]! ? classIndex : best));
    bySpecies.set(label, [...(bySpecies.get(label) ?? []), classes.includes(best)]);
  }
  const all = [...bySpecies.values()].flat();
  return { ...proportionOf(all.filter(Boolean).length, all.length), species: bySpecies.size };
}

async function ablate(): Promise<void> {
  if (!values.data) throw new Error('--data is needed');
  await startBackend('auto');
  const cache = path.join(MODELS, 'build/cache');
  const request = { data: filePath(values.data), cache, seed: 1, minPhotos: 10 };
  const cleaned = await readTrainingData({ ...request, cleaning: filePath(values.cleaning) });
  const uncleaned = await readTrainingData(request);
  const backbone = await loadBackbone(filePath(values.backbone));
  const spec: InputSpec = { size: backbone.inputSize, fit: 'stretch' };
  const { shards, countOf } = cleaned;
  const featuresOf = (split: Split, view: View) =>
    frozenFeatures({ backbone, shards, split, count: countOf(split), spec, view, cache });
  const train = [await featuresOf('train', { kind: 'plain' }), await featuresOf('train', { kind: 'mirrored' })];
  const val = await featuresOf('val', { kind: 'plain' });
  const tune = rowsOf(
    await featuresOf('tune', { kind: 'plain' }),
    cleaned.tune.map(({ row }) => row),
  );
  // The same classes for all, or the variants would not be asked the same question.
  const space: LabelSpace = cleaned.space;

  const variants = variantsOf(cleaned).filter(({ step }) => step.includes(values.step));
  if (variants.length === 0) throw new Error(`no step has "${values.step}" in its name`);

  const measured = [];
  for (const variant of variants) {
    const taught = (variant.uncleaned ? uncleaned : cleaned).taught.filter(variant.rows ?? (() => true));
    const classesOf = variant.classesOf ?? ((label: string) => space.taughtClassesOf(label));
    const headOf = async (photos: readonly PhotoRow[], seed: number) => {
      const rows = photos.map(({ row }) => row);
      const { head } = await trainHead(
        { views: train.map((view) => rowsOf(view, rows)), classSets: photos.map(({ label }) => classesOf(label)) },
        { views: [val], classSets: cleaned.val.map(({ label }) => space.classesOf(label)) },
        space.labels.length,
        { ...HEAD_DEFAULTS, ...variant.head, seed },
      );
      return head;
    };
    const runs: Record<string, number | null>[] = [];
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const head = await headOf(taught, seed);
      const evaluated = (rows: readonly PhotoRow[], logits: readonly Float32Array[]) =>
        rows.map((row, index) => evaluatedPhoto(row, logits[index]!, space));
      const ofVal = evaluated(cleaned.val, applyHead(head, val));
      const ofTune = evaluated(cleaned.tune, applyHead(head, tune));
      const model = decisionModelOf(space.labels, COSTS, cleaned.table, ofVal, ofTune);
      const [onVal, onTune] = [ofVal, ofTune].map((photos) => evaluateSet(photos, model, cleaned.table)!);
      runs.push({
        valTop1: onVal!.top1.share,
        valTop3: onVal!.top3.share,
        valDangerous: dangerousRecall(ofVal, cleaned).share,
        valCost: onVal!.verdicts.pipeline.costAPhoto,
        tuneTop1: onTune!.top1.share,
        tuneTop3: onTune!.top3.share,
        tuneDangerous: dangerousRecall(ofTune, cleaned).share,
        tuneCost: onTune!.verdicts.pipeline.costAPhoto,
      });
    }
    const figures = Object.fromEntries(
      Object.keys(runs[0]!).map((name) => [name, runs.reduce((sum, run) => sum + (run[name] ?? 0), 0) / runs.length]),
    );
    measured.push({ step: variant.step, photos: taught.length, ...figures });
    console.log(`${variant.step}: ${JSON.stringify(figures)}`);
  }
  const out = filePath(values.out);
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(measured, null, 1)}\n`);
  console.log(`measured: ${out}`);
}

if (values.help) {
  console.log(HELP);
} else {
  await runToExit(async () => {
    await ablate();
    return 0;
  });
}
