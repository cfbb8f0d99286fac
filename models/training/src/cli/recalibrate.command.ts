import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { readDecisions } from '../data/decisions.ts';
import { readManifest, type Split } from '../data/manifest.ts';
import { photosOfSplits } from '../data/photos-of-splits.ts';
import { cachedLogits } from '../evaluate/cached-logits.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { requireFree } from '../pack/bundle-writer.ts';
import { checkBundle } from '../pack/golden.ts';
import { readGraph } from '../pack/graph-model.ts';
import { packBundle, readHistory } from '../pack/pack-bundle.ts';
import { bundleVersion } from '../terminal/bundle-options.ts';
import { newestBundle } from '../terminal/newest-bundle.ts';
import { filePath } from '../terminal/options.ts';
import { withProgress } from '../terminal/progress.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

interface RecalibrateOptions {
  data: string;
  version: string;
  bundle?: string;
  cleaning: string;
  registry: string;
  replace: boolean;
  withoutField: boolean;
}

/** `recalibrate`: a bundle's network with temperatures and thresholds by the rules as they are now. */
export function recalibrateCommand(): Command {
  return new Command('recalibrate')
    .description(
      'Chooses the temperatures and thresholds of a bundle again, by the rules as they are now, and packs its network ' +
        'with them as another version. The network answers as before; what is made of its answers changes.',
    )
    .requiredOption(
      '--data <path>',
      'the photos that it was trained with: they say which were kept to tune on',
      filePath,
    )
    .requiredOption('--version <n>', 'of the new bundle', bundleVersion)
    .option('--bundle <path>', '(default: the newest mushroom-classifier of models/registry)', filePath)
    .addOption(
      new Option('--cleaning <file>', 'as in training')
        .argParser(filePath)
        .default(path.join(MODELS, 'data/cleaning.csv'), 'models/data/cleaning.csv'),
    )
    .addOption(
      new Option('--registry <path>', 'where it goes')
        .argParser(filePath)
        .default(path.join(MODELS, 'build/registry'), 'models/build/registry'),
    )
    .option('--replace', 'overwrite that version', false)
    .option('--without-field', 'judge by val only: for rules that are compared, not served', false)
    .action((options: RecalibrateOptions) => recalibrate(options));
}

async function recalibrate(options: RecalibrateOptions): Promise<void> {
  const { data, version, cleaning, registry, replace, withoutField } = options;
  await startBackend('auto');
  const open = await openBundle(options.bundle ?? (await newestBundle()));
  const { schemaVersion: _schema, files: _files, ...before } = open.bundle;
  requireFree(registry, { name: before.name, version }, replace);
  await checkBundle(open);
  const { seed } = before.provenance;
  const table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
  const manifest = await readManifest(data);
  if (manifest.sha256 !== before.provenance.trainingData.sha256)
    throw new Error(`${data}: other data than it was trained on; it may have learnt what would be tuned on`);
  const photos = photosOfSplits(manifest, withoutField ? ['tune', 'val'] : ['tune', 'val', 'field'], {
    seed,
    decisions: await readDecisions(cleaning),
  });
  const judged = await withProgress(`${before.name} ${before.version}`, photos.length, (show) =>
    cachedLogits(open, photos, manifest.root, table, path.join(MODELS, 'build/logits'), show),
  );
  const ofSplit = (wanted: Split) => judged.filter(({ split }) => split === wanted);
  const model = decisionModelOf(before.labels, COSTS, table, ofSplit('val'), ofSplit('tune'));

  const bundle = await packBundle({
    registry,
    facts: { ...before, ...model, version, created: new Date().toISOString() },
    graph: await readGraph(open),
    evaluation: evaluatePhotos([...ofSplit('val'), ...ofSplit('field')], model, table),
    history: await readHistory(open),
    replace,
  });
  console.log(`bundle: ${bundle}`);
}
