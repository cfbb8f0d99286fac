import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { invocationPath } from '../terminal/invocation-path.ts';
import { readManifest } from '../data/manifest.ts';
import { splitPhotos } from '../data/splits.ts';
import { cachedLogits } from '../evaluate/cached-logits.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { modelCard } from '../evaluate/model-card.ts';
import { newestBundle } from '../terminal/newest-bundle.ts';
import { plotsOf } from '../evaluate/plots.ts';
import { writeBundle } from '../pack/bundle-writer.ts';
import { GOLDEN_PHOTOS, goldenOf } from '../pack/golden.ts';
import { COSTS } from '../calibrate/costs.ts';
import { withProgress } from '../terminal/progress.ts';
import { readTrainingData } from './training-data.ts';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

const HELP = `Chooses the temperatures and thresholds of a bundle anew, by the rules as they are now, and packs its network with
them as another version. The network answers as before; what is made of its answers changes.

  npm run decide-anew -w models -- --data PATH --version N [options]

  --data PATH      the photos that it was trained with: they say which were kept to tune on
  --version N      of the new bundle
  --bundle PATH    (default: the newest mushroom-classifier of models/registry)
  --cleaning FILE  as in training (default: models/data/cleaning.csv)
  --registry PATH  where it goes (default: models/build/registry)
  --replace        overwrite that version
  --without-field  judge by val only: for rules that are compared, not served
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    version: { type: 'string' },
    bundle: { type: 'string' },
    cleaning: { type: 'string', default: path.join(MODELS, 'data/cleaning.csv') },
    registry: { type: 'string', default: path.join(MODELS, 'build/registry') },
    replace: { type: 'boolean', default: false },
    'without-field': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function decideAnew(): Promise<void> {
  if (!values.data || !values.version) throw new Error('--data and --version must be given');
  await startBackend('auto');
  const open = await openBundle(values.bundle ? invocationPath(values.bundle) : await newestBundle());
  const { schemaVersion: _schema, files: _files, ...before } = open.bundle;
  const { seed } = before.provenance;
  const data = invocationPath(values.data);
  const { table, elsewhere } = await readTrainingData({
    data,
    cleaning: invocationPath(values.cleaning),
    cache: path.join(MODELS, 'build/cache'),
    seed,
    // The leaves are the bundle's.
    minPhotos: 1,
  });

  const manifest = await readManifest(data);
  if (manifest.sha256 !== before.provenance.trainingData.sha256)
    throw new Error(`${data}: other data than it was trained on; it may have learnt what would be tuned on`);
  const tuneOn = new Set(elsewhere.map(({ path: photo }) => photo));
  const photos = splitPhotos(manifest.photos, seed).filter(({ split, file }) => {
    if (split === 'train') return tuneOn.has(path.relative(manifest.root, file));
    return split === 'val' || !values['without-field'];
  });
  const logitsFolder = path.join(MODELS, 'build/logits');
  const judged = await withProgress(`${before.name} ${before.version}`, photos.length, (show) =>
    cachedLogits(open, photos, manifest.root, table, logitsFolder, show),
  );
  const ofSplit = (wanted: string) => judged.filter(({ split }) => split === wanted);
  const model = decisionModelOf(before.labels, COSTS, table, ofSplit('val'), ofSplit('train'));

  const facts: Omit<Bundle, 'schemaVersion' | 'files'> = {
    ...before,
    ...model,
    version: values.version,
    created: new Date().toISOString(),
  };
  const text = (file: string) => readFile(path.join(open.directory, file), 'utf8');
  const classifier = await Classifier.load(graphFrom(open), facts);
  const golden = await goldenOf(GOLDEN_PHOTOS, classifier, facts);
  classifier.dispose();
  const evaluation = evaluatePhotos([...ofSplit('val'), ...ofSplit('field')], model, table);
  const history = await text('history.json');
  const { epochs } = JSON.parse(history) as { epochs: Parameters<typeof plotsOf>[1] };
  const bundle = await writeBundle(
    invocationPath(values.registry),
    {
      facts,
      graph: {
        modelJson: await text('graph/model.json'),
        weights: await readFile(path.join(open.directory, 'graph/weights.bin')),
      },
      golden,
      texts: {
        'evaluation.json': `${JSON.stringify(evaluation, null, 1)}\n`,
        'history.json': history,
        'model-card.md': modelCard(facts, evaluation),
        ...(await plotsOf(evaluation, epochs)),
      },
    },
    values.replace,
  );
  console.log(`bundle: ${bundle}`);
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('decide-anew', decideAnew);
}
