import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { io } from '@tensorflow/tfjs-core';
import { startBackend } from '../bundle/backend.ts';
import type { Bundle, InputSpec } from '../bundle/bundle.schema.ts';
import type { Experiment } from '../bundle/experiment.ts';
import { Classifier } from '../bundle/classifier.ts';
import type { View } from '../dataset/batches.ts';
import { invocationPath } from '../dataset/invocation-path.ts';
import type { Split } from '../dataset/manifest.ts';
import { fitRiskTemperature, fitTemperature } from '../evaluation/calibration.ts';
import { evaluatePhotos } from '../evaluation/evaluation.ts';
import { modelCard } from '../evaluation/model-card.ts';
import { plotsOf } from '../evaluation/plots.ts';
import { chooseThresholds } from '../evaluation/thresholds.ts';
import { codeRevisionOf, writeBundle } from '../packaging/bundle-writer.ts';
import { goldenOf } from '../packaging/golden.ts';
import { graphModelOf, type GraphModelFiles } from '../packaging/graph-model.ts';
import { networkOf } from '../packaging/network.ts';
import { loadBackbone } from './backbone.ts';
import { COSTS } from './costs.ts';
import { fineTune, startFrom, type FineTuneOptions } from './fine-tune.ts';
import { computeFeatures, frozenFeatures, rowsOf } from './frozen-features.ts';
import { applyHead, meanLoss, trainHead, type HeadOptions } from './head.ts';
import { readRecipe } from './recipe.ts';
import { teacherFrom } from './teacher.ts';
import { evaluatedPhotos, readTrainingData, taughtPhotos } from './training-data.ts';
import { blendInto, weightsOf } from './weight-blend.ts';

const MODELS = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = path.join(MODELS, 'licensed.csv');
const GOLDEN_PHOTOS = ['amanita-muscaria-1.jpg', 'boletus-edulis-1.jpg', 'amanita-phalloides-1.jpg'];

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
  --epochs N         of the head on frozen features (default: 30)
  --fine-tune N      then as many epochs of the whole network; goes on where a killed run stopped (default: 0)
  --recipe FILE      how to fine-tune, as models/recipes/*.json (default: a first pass)
  --start-from PATH  the checkpoints of an earlier run, to go on from its weights (default: the pretrained ones)
  --teacher PATH     a bundle with the same leaves: learn its answers instead of the labels (default: none)
  --pretrained-share S  how far the result is taken back to the pretrained weights, 0 to 1 (default: 0)
  --without-field    judge by val only: for a run that is compared, not served
  --checkpoints PATH where fine-tuning keeps its place (default: models/build/checkpoints)
  --backend NAME     auto, native or wasm (default: auto)
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
    epochs: { type: 'string', default: '30' },
    'fine-tune': { type: 'string', default: '0' },
    recipe: { type: 'string' },
    'start-from': { type: 'string' },
    teacher: { type: 'string' },
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

async function train(): Promise<void> {
  const started = performance.now();
  const data = pathOr(values.data, SAMPLE);
  const isSample = data === SAMPLE;
  const seed = wholeNumber('seed', values.seed);
  const minPhotos = wholeNumber('min-photos', values['min-photos'] ?? (isSample ? '1' : '10'));
  if (values.fit !== 'stretch' && values.fit !== 'crop') throw new Error('--fit is stretch or crop');
  if (!['auto', 'native', 'wasm'].includes(values.backend)) throw new Error('--backend is auto, native or wasm');
  const pretrainedShare = Number(values['pretrained-share']);
  if (!(pretrainedShare >= 0 && pretrainedShare <= 1)) throw new Error('--pretrained-share is from 0 to 1');
  const cache = path.join(MODELS, 'build/cache');

  const backend = await startBackend(values.backend as 'auto' | 'native' | 'wasm');
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
  const featuresOf = (split: Split, view: View) =>
    frozenFeatures({ backbone, shards, split, count: countOf(split), spec, view, cache });
  const fineTuneEpochs = Number(values['fine-tune']);
  // A head that fine-tuning will change anyway has no need of a second view.
  const plainTrain = await featuresOf('train', { kind: 'plain' });
  let elsewhere = rowsOf(
    plainTrain,
    trainingData.elsewhere.map(({ row }) => row),
  );
  const views: View[] = fineTuneEpochs > 0 ? [{ kind: 'plain' }] : [{ kind: 'plain' }, { kind: 'mirrored' }];
  const trainViews = [];
  for (const view of views) {
    const features = view.kind === 'plain' ? plainTrain : await featuresOf('train', view);
    trainViews.push(
      rowsOf(
        features,
        taught.map(({ row }) => row),
      ),
    );
  }
  let plain = { val: await featuresOf('val', { kind: 'plain' }), field: await featuresOf('field', { kind: 'plain' }) };

  const valLeafSets = trainingData.val.map(({ label }) => space.leavesOf(label));
  const headOptions: HeadOptions = {
    epochs: wholeNumber('epochs', values.epochs),
    batchSize: 256,
    learningRate: 5e-3,
    weightDecay: 0.5,
    seed,
  };
  let { head, history } = trainHead(
    { views: trainViews, leafSets: taught.map(({ label }) => space.leavesOf(label)) },
    { views: [plain.val], leafSets: valLeafSets },
    space.labels.length,
    headOptions,
  );

  let fineTuneOptions: FineTuneOptions | undefined;
  let secondsBefore = 0;
  if (fineTuneEpochs > 0) {
    const { startPretrainedShare = 0, ...recipe } = await readRecipe(values.recipe && invocationPath(values.recipe));
    fineTuneOptions = { ...recipe, epochs: wholeNumber('fine-tune', values['fine-tune']), seed };
    const pretrained = weightsOf(backbone);
    if (values['start-from']) {
      head = await startFrom(invocationPath(values['start-from']), backbone, space.labels.length);
      blendInto(backbone, pretrained, startPretrainedShare);
    }
    const teacher = values.teacher
      ? await teacherFrom(invocationPath(values.teacher), path.join(MODELS, 'build/teacher'))
      : undefined;
    if (teacher && JSON.stringify(teacher.labels) !== JSON.stringify(space.labels))
      throw new Error(`${values.teacher!} has other leaves than this data and cleaning give`);
    const now = (split: Split) =>
      computeFeatures({ backbone, shards, split, count: countOf(split), spec, view: { kind: 'plain' } });
    ({ head, history, secondsBefore } = await fineTune({
      backbone,
      head,
      photos: await taughtPhotos(trainingData),
      leaves: space.labels.length,
      spec,
      options: fineTuneOptions,
      teacher,
      checkpoints: pathOr(values.checkpoints, path.join(MODELS, 'build/checkpoints')),
      validate: async (current) => meanLoss({ views: [await now('val')], leafSets: valLeafSets }, current),
    }));
    blendInto(backbone, pretrained, pretrainedShare);
    plain = { val: await now('val'), field: await now('field') };
    const only = new Set(trainingData.elsewhere.map(({ path: photo }) => photo));
    const request = { backbone, shards, split: 'train' as const, count: only.size, spec };
    elsewhere = await computeFeatures({ ...request, view: { kind: 'plain' }, only });
  }

  const val = evaluatedPhotos(trainingData.val, 'val', applyHead(head, plain.val), space);
  const field = evaluatedPhotos(trainingData.field, 'field', applyHead(head, plain.field), space);
  const evaluated = values['without-field'] ? val : [...val, ...field];
  const otherSources = evaluatedPhotos(trainingData.elsewhere, 'train', applyHead(head, elsewhere), space);
  const ofKnown = otherSources.filter(({ knownSpecies }) => knownSpecies);
  const temperature = fitTemperature(val, ofKnown);
  const riskTemperature = fitRiskTemperature(space.labels, table, val, otherSources);
  const scored = { labels: [...space.labels], temperature, riskTemperature, costs: COSTS };
  const model = { ...scored, thresholds: chooseThresholds(val, scored, table, otherSources) };
  const evaluation = evaluatePhotos(evaluated, model, table);

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
  const golden = await goldenOf(
    GOLDEN_PHOTOS.map((name) => path.join(MODELS, 'licensed', name)),
    classifier,
    facts,
  );
  classifier.dispose();

  const bundle = await writeBundle(
    pathOr(values.registry, path.join(MODELS, 'build/registry')),
    {
      facts,
      graph,
      golden,
      texts: {
        'evaluation.json': `${JSON.stringify(evaluation, null, 1)}\n`,
        'history.json': `${JSON.stringify({ head: headOptions, fineTune: fineTuneOptions, epochs: history }, null, 1)}\n`,
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
    fineTuneEpochs,
    seconds: Math.round(secondsBefore + (performance.now() - started) / 1000),
    ...(fineTuneOptions && {
      recipe: { ...fineTuneOptions },
      startedFrom: values['start-from'] ? path.basename(values['start-from']) : 'the pretrained weights',
      pretrainedShare,
      ...(values.teacher && { teacher: values.teacher.split(path.sep).slice(-2).join('/') }),
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
  await mkdir(experiments, { recursive: true });
  const record = path.join(experiments, `${facts.name}-${facts.version}.json`);
  await writeFile(record, `${JSON.stringify(experiment, null, 2)}\n`);
  console.log(`experiment: ${record}`);
}

function graphInMemory(graph: GraphModelFiles): io.IOHandler {
  const model = JSON.parse(graph.modelJson) as io.ModelJSON;
  const weights = graph.weights;
  return {
    load: async () => ({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer,
      signature: model.signature,
    }),
  };
}

if (values.help) {
  console.log(HELP);
} else {
  try {
    await train();
  } catch (error) {
    console.error(`train: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
