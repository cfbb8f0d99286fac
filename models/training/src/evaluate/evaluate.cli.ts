import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { openBundle, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { invocationPath } from '../terminal/invocation-path.ts';
import { readManifest } from '../data/manifest.ts';
import { splitPhotos } from '../data/splits.ts';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { withProgress } from '../terminal/progress.ts';
import { evaluateBundle } from './evaluate-bundle.ts';
import { evaluatePhotos } from './evaluation.ts';
import { evaluationSchema, type Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import { comparisonOf } from './comparison.ts';
import { judgedTogether, type Opinion } from './judged-together.ts';
import { newestBundle } from '../terminal/newest-bundle.ts';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

const HELP = `Judges a packed bundle by the photos of val and field, and compares with what its evaluation.json says.

  npm run evaluate -w models -- [options]

  --bundle PATH      (default: the newest mushroom-classifier of models/registry)
  --data PATH        the data it was trained on, or other; shapes as in training
                     (default: the photos shipped with the project)
  --with PATH        a bundle with the same leaves: judge what they say together, at the first one's temperatures and
                     thresholds; may be given more than once
  --backend NAME     auto, native or wasm (default: auto)
  --out FILE         write the evaluation there, as JSON
`;

const { values } = parseArgs({
  options: {
    bundle: { type: 'string' },
    data: { type: 'string' },
    with: { type: 'string', multiple: true, default: [] },
    backend: { type: 'string', default: 'auto' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function statedBy({ directory }: OpenBundle): Promise<Evaluation | null> {
  const text = await readFile(path.join(directory, 'evaluation.json'), 'utf8').catch(() => null);
  return text === null ? null : evaluationSchema.parse(JSON.parse(text));
}

async function evaluate(): Promise<void> {
  if (!['auto', 'native', 'wasm'].includes(values.backend)) throw new Error('--backend is auto, native or wasm');
  const data = values.data ? invocationPath(values.data) : path.join(MODELS, 'data/licensed.csv');
  const directory = values.bundle ? invocationPath(values.bundle) : await newestBundle();

  const open = await openBundle(directory);
  const { bundle } = open;
  const others = await Promise.all(values.with.map((other) => openBundle(invocationPath(other))));
  for (const { bundle: other, directory: where } of others)
    if (JSON.stringify(other.labels) !== JSON.stringify(bundle.labels)) throw new Error(`${where} has other leaves`);
  const table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
  const manifest = await readManifest(data);
  // Where the data names no splits, the seed of training makes the same ones again.
  const photos = splitPhotos(manifest.photos, bundle.provenance.seed).filter(({ split }) => split !== 'train');
  if (photos.length === 0) throw new Error(`${data}: no photos of val or field`);
  console.log(`bundle: ${bundle.name} ${bundle.version}, backend: ${await startBackend(values.backend as 'auto')}`);
  if (manifest.sha256 !== bundle.provenance.trainingData.sha256) {
    console.log('These are other data than it was trained on: photos of val may be among those it has learnt from.');
  }

  const opinionOf = async (judge: OpenBundle): Promise<Opinion> => {
    const judged = await withProgress(`${judge.bundle.name} ${judge.bundle.version}`, photos.length, (show) =>
      evaluateBundle(judge, photos, manifest.root, table, show),
    );
    return { temperature: judge.bundle.temperature, photos: judged };
  };
  const opinions: [Opinion, ...Opinion[]] = [await opinionOf(open)];
  for (const other of others) opinions.push(await opinionOf(other));
  const evaluation = evaluatePhotos(judgedTogether(opinions), bundle, table);
  console.log(comparisonOf(evaluation, others.length > 0 ? null : await statedBy(open)));
  if (values.out) {
    const out = invocationPath(values.out);
    await writeFile(out, `${JSON.stringify(evaluation, null, 1)}\n`);
    console.log(`evaluation: ${out}`);
  }
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('evaluate', evaluate);
}
