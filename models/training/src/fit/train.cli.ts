import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Bundle, InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import type { Experiment } from '@mushroom/recognition/bundle/experiment';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import type { View } from '../data/batches.ts';
import { invocationPath } from '../terminal/invocation-path.ts';
import type { LabelSpace } from '../data/label-space.ts';
import type { Split } from '../data/manifest.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { modelCard } from '../evaluate/model-card.ts';
import { plotsOf } from '../evaluate/plots.ts';
import { codeRevisionOf, writeBundle } from '../pack/bundle-writer.ts';
import { GOLDEN_PHOTOS, goldenOf } from '../pack/golden.ts';
import { graphInMemory, graphModelOf } from '../pack/graph-model.ts';
import { networkOf } from '../network/network.ts';
import { loadBackbone, sha256OfWeights, type Backbone } from '../network/backbone.ts';
import { COSTS } from '../calibrate/costs.ts';
import { recordExperiment } from './experiment-record.ts';
import { FINE_TUNE_DEFAULTS, fineTune } from './fine-tune.ts';
import { computeFeatures, frozenFeatures } from './frozen-features.ts';
import { applyHead, HEAD_DEFAULTS, meanLoss, type EpochRecord, type HeadOptions } from './head.ts';
import { readRecipe, type Pass, type Recipe } from './recipe.ts';
import { taughtHead, VIEWS_TO_TEACH } from './taught-head.ts';
import { teacherFrom, teachersTogether, type Teacher } from './teacher.ts';
import { startTrainingBackend, TRAINING_BACKENDS } from '../network/training-backend.ts';
import { evaluatedPhotos, readTrainingData, taughtPhotos } from './training-data.ts';
import { blendedHeads, blendInto, weightsOf } from './weight-blend.ts';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));
const SAMPLE = path.join(MODELS, 'data/licensed.csv');

const HELP = `Trains a classifier and packs it: photos → TFRecord shards → frozen features → head → bundle.

  npm run train -w models -- [options]

  --data PATH        a CSV (path,label[,source][,split][,dup_group]), a folder with labels.csv,
                     or a folder of folders, one a label   (default: the photos shipped with the project)
  --cleaning FILE    training photos to leave out, as \`npm run clean\` found them (default: none)
  --backbone PATH    a layers model, image in, features out (default: models/backbones/efficientnet_lite0_224)
  --min-photos N     training photos that a species needs for a leaf of its own (default: 10; shipped photos: 1)
  --input-size N     pixels a side that a photo is scaled to (default: the backbone's own)
  --fit FIT          stretch or crop: how a photo becomes square (default: stretch)
  --name NAME        of the bundle (default: mushroom-classifier; shipped photos: mushroom-sample)
  --version N        of the bundle (default: 1)
  --registry PATH    where the bundle goes (default: models/build/registry)
  --experiments PATH where the run is recorded (default: models/experiments; shipped photos: models/build/experiments)
  --replace          overwrite that version
  --seed N           (default: 1)
  --epochs N         of the head on frozen features (default: 30, or what the recipe says)
  --fine-tune N      then as many epochs of the whole network; goes on where a killed run stopped (default: none)
  --recipe FILE      or in passes, as models/training/recipes/*.json say
  --teacher PATH     a bundle with the same leaves, whose answers are learnt where the recipe has a teacherShare;
                     given more than once: what they say together
  --pretrained-share S  how far the result is taken back to the pretrained weights, 0 to 1 (default: 0)
  --without-field    judge by val only: for a run that is compared, not served
  --checkpoints PATH where fine-tuning keeps its place (default: models/build/checkpoints)
  --backend NAME     auto, native, wasm (a head alone) or cpu (slow: toy networks)   (default: auto)
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    backbone: { type: 'string' },
    'min-photos': { type: 'string' },
    'input-size': { type: 'string' },
    fit: { type: 'string', default: 'stretch' },
    name: { type: 'string' },
    version: { type: 'string', default: '1' },
    registry: { type: 'string' },
    replace: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string' },
    'fine-tune': { type: 'string' },
    recipe: { type: 'string' },
    teacher: { type: 'string', multiple: true, default: [] },
    'pretrained-share': { type: 'string', default: '0' },
    'without-field': { type: 'boolean', default: false },
    checkpoints: { type: 'string' },
    cleaning: { type: 'string' },
    experiments: { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    help: { type: 'boolean', default: false },
  },
});

function pathOr(given: string | undefined, otherwise: string): string {
  return given === undefined ? otherwise : invocationPath(given);
}

function wholeNumber(flag: string, given: string): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${flag} takes a whole number from 1, not "${given}"`);
  return number;
}

/** A bundle by name and version. */
function bundleName(directory: string): string {
  return path.resolve(directory).split(path.sep).slice(-2).join('/');
}

/** No pass of fine-tuning, one by the defaults, or what a recipe says. */
async function recipeOf(): Promise<Recipe> {
  const { recipe, 'fine-tune': epochs } = values;
  if (recipe && epochs) throw new Error('--recipe says how many epochs there are; --fine-tune has no say beside it');
  if (recipe) return readRecipe(invocationPath(recipe));
  return { passes: epochs ? [{ ...FINE_TUNE_DEFAULTS, epochs: wholeNumber('fine-tune', epochs) }] : [] };
}

/** @throws Error where the recipe learns from a teacher and there is none, the other way round, or one of other leaves. */
async function teacherOf(passes: readonly Pass[], labels: LabelSpace['labels']): Promise<Teacher | undefined> {
  const isTaught = passes.some(({ teacherShare }) => teacherShare);
  if (isTaught !== values.teacher.length > 0) {
    throw new Error(
      isTaught ? 'the recipe has a teacherShare: give --teacher' : 'no pass has a teacherShare for --teacher',
    );
  }
  const teachers: Teacher[] = [];
  for (const [index, directory] of values.teacher.entries()) {
    const teacher = await teacherFrom(invocationPath(directory), path.join(MODELS, `build/teacher/${index + 1}`));
    if (JSON.stringify(teacher.labels) !== JSON.stringify(labels))
      throw new Error(`${directory} has other leaves than this data and cleaning give`);
    teachers.push(teacher);
  }
  const [first, ...others] = teachers;
  return first && teachersTogether([first, ...others]);
}

async function train(): Promise<void> {
  const started = performance.now();
  const data = pathOr(values.data, SAMPLE);
  const isSample = data === SAMPLE;
  const seed = wholeNumber('seed', values.seed);
  const minPhotos = wholeNumber('min-photos', values['min-photos'] ?? (isSample ? '1' : '10'));
  if (values.fit !== 'stretch' && values.fit !== 'crop') throw new Error('--fit is stretch or crop');
  const choice = TRAINING_BACKENDS.find((one) => one === values.backend);
  if (!choice) throw new Error('--backend is auto, native, wasm or cpu');
  const pretrainedShare = Number(values['pretrained-share']);
  if (!(pretrainedShare >= 0 && pretrainedShare <= 1)) throw new Error('--pretrained-share is from 0 to 1');
  const cache = path.join(MODELS, 'build/cache');

  const recipe = await recipeOf();
  const backend = await startTrainingBackend(choice, {
    throughConvolutions: recipe.passes.length > 0,
    otherwise: 'leave out --fine-tune and --recipe to train a head alone',
  });
  console.log(`backend: ${backend}`);
  const trainingData = await readTrainingData({
    data,
    cleaning: values.cleaning && invocationPath(values.cleaning),
    cache,
    seed,
    minPhotos,
  });
  const { table, shards, countOf, taught, space } = trainingData;

  const loaded = await loadBackbone(pathOr(values.backbone, path.join(MODELS, 'backbones/efficientnet_lite0_224')));
  const size = values['input-size'] ? wholeNumber('input-size', values['input-size']) : loaded.inputSize;
  const backbone = { ...loaded, inputSize: size };
  const spec: InputSpec = { size, fit: values.fit };
  const passes = recipe.passes.map((pass) => ({ ...pass, seed }));
  const valLeafSets = trainingData.val.map(({ label }) => space.leavesOf(label));
  const headOptions: HeadOptions = {
    ...HEAD_DEFAULTS,
    ...recipe.head,
    ...(values.epochs && { epochs: wholeNumber('epochs', values.epochs) }),
    seed,
  };

  const headOn = (network: Backbone, views: readonly View[]) =>
    taughtHead(network, trainingData, { spec, cache, views, options: headOptions });

  /** Fine-tunes the backbone in place, pass by pass. */
  async function fineTuned() {
    const pretrained = weightsOf(backbone);
    const photos = await taughtPhotos(trainingData);
    const teacher = await teacherOf(passes, space.labels);
    const checkpoints = pathOr(values.checkpoints, path.join(MODELS, 'build/checkpoints'));
    const view: View = { kind: 'plain' };
    const valNow = () => computeFeatures({ backbone, shards, spec, split: 'val', count: countOf('val'), view });
    let tuned: Awaited<ReturnType<typeof fineTune>> | undefined;
    const history: EpochRecord[] = [];
    let secondsBefore = 0;
    for (const [index, { startPretrainedShare = 0, previousShare = 0, ...options }] of passes.entries()) {
      if (passes.length > 1) console.log(`pass ${index + 1} of ${passes.length}`);
      const headBefore = tuned?.head;
      const weightsBefore = headBefore && weightsOf(backbone);
      blendInto(backbone, pretrained, startPretrainedShare);
      tuned = await fineTune({
        backbone,
        // Fine-tuning will change it: a second view would be wasted on it.
        startHead: async () => headBefore ?? (await headOn(backbone, [{ kind: 'plain' }])).head,
        photos,
        leaves: space.labels.length,
        spec,
        options,
        teacher: options.teacherShare ? teacher : undefined,
        checkpoints: path.join(checkpoints, `${index + 1}`),
        validate: async (current) => meanLoss({ views: [await valNow()], leafSets: valLeafSets }, current),
      });
      if (headBefore) {
        blendInto(backbone, weightsBefore!, previousShare);
        tuned.head = blendedHeads(tuned.head, headBefore, previousShare);
        tf.dispose(weightsBefore!);
      }
      const epochsBefore = history.length;
      history.push(...tuned.history.map((record) => ({ ...record, epoch: record.epoch + epochsBefore })));
      secondsBefore += tuned.secondsBefore;
    }
    blendInto(backbone, pretrained, pretrainedShare);
    return { head: tuned!.head, history, secondsBefore };
  }

  const tuned = passes.length > 0 ? await fineTuned() : undefined;
  const packed: Backbone = tuned ? { ...backbone, weightsSha256: sha256OfWeights(backbone) } : backbone;
  const trained = tuned && !recipe.head ? tuned : await headOn(packed, VIEWS_TO_TEACH);
  const { head } = trained;
  const history = tuned?.history ?? trained.history;

  const view: View = { kind: 'plain' };
  const featuresOf = (split: Split) =>
    frozenFeatures({ backbone: packed, shards, spec, split, count: countOf(split), view, cache });
  const logitsOf = async (split: Split) => applyHead(head, await featuresOf(split));
  const tuneOn = new Set(trainingData.elsewhere.map(({ path: photo }) => photo));
  const elsewhere = await computeFeatures({
    backbone: packed,
    shards,
    spec,
    view,
    split: 'train',
    count: tuneOn.size,
    only: tuneOn,
  });

  const val = evaluatedPhotos(trainingData.val, 'val', await logitsOf('val'), space);
  const field = values['without-field']
    ? []
    : evaluatedPhotos(trainingData.field, 'field', await logitsOf('field'), space);
  const otherSources = evaluatedPhotos(trainingData.elsewhere, 'train', applyHead(head, elsewhere), space);
  const model = decisionModelOf(space.labels, COSTS, table, val, otherSources);
  const evaluation = evaluatePhotos([...val, ...field], model, table);

  const network = networkOf(backbone, head);
  const graph = graphModelOf(network);
  const facts: Omit<Bundle, 'schemaVersion' | 'files'> = {
    name: values.name ?? (isSample ? 'mushroom-sample' : 'mushroom-classifier'),
    version: values.version,
    created: new Date().toISOString(),
    input: spec,
    signature: { input: network.inputName, logits: network.logits, features: network.features },
    ...model,
    provenance: {
      backbone: backbone.name,
      trainingData: {
        sha256: trainingData.sha256,
        photos: taught.length,
        labels: new Set(taught.map(({ label }) => label)).size,
      },
      codeRevision: await codeRevisionOf(path.join(MODELS, 'src')),
      seed,
    },
  };
  const classifier = await Classifier.load(graphInMemory(graph), facts);
  const golden = await goldenOf(GOLDEN_PHOTOS, classifier, facts);
  classifier.dispose();

  const bundle = await writeBundle(
    pathOr(values.registry, path.join(MODELS, 'build/registry')),
    {
      facts,
      graph,
      golden,
      texts: {
        'evaluation.json': `${JSON.stringify(evaluation, null, 1)}\n`,
        'history.json': `${JSON.stringify({ head: headOptions, passes, epochs: history }, null, 1)}\n`,
        'model-card.md': modelCard(facts, evaluation),
        ...(await plotsOf(evaluation, history)),
      },
    },
    values.replace,
  );
  console.log(`bundle: ${bundle}`);

  const { splits } = evaluation;
  const experiment: Experiment = {
    name: facts.name,
    version: facts.version,
    created: facts.created,
    backbone: backbone.name,
    trainingData: { sha256: trainingData.sha256, photos: taught.length },
    codeRevision: facts.provenance.codeRevision,
    seed,
    leaves: space.labels.length,
    headEpochs: headOptions.epochs,
    fineTuneEpochs: passes.reduce((sum, { epochs }) => sum + epochs, 0),
    seconds: Math.round((tuned?.secondsBefore ?? 0) + (performance.now() - started) / 1000),
    ...(recipe.head && { head: { ...recipe.head } }),
    ...(passes.length > 0 && {
      passes: passes.map((pass) => ({ ...pass })),
      pretrainedShare,
      ...(values.teacher.length > 0 && { teacher: values.teacher.map(bundleName).join(' and ') }),
    }),
    epochs: history,
    figures: {
      valTop1: splits.val?.top1.share ?? null,
      valTop3: splits.val?.top3.share ?? null,
      fieldTop1: splits.field?.top1.share ?? null,
      fieldTop3: splits.field?.top3.share ?? null,
      fieldDangerousCalledHarmless: splits.field?.verdicts.pipeline.dangerousCalledHarmless.share ?? null,
      fieldCostAPhoto: splits.field?.verdicts.pipeline.costAPhoto ?? null,
    },
  };
  const experiments = pathOr(values.experiments, path.join(MODELS, isSample ? 'build/experiments' : 'experiments'));
  console.log(`experiment: ${await recordExperiment(experiments, experiment)}`);
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('train', train);
}
