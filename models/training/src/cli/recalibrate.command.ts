import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { readDecisions } from '../data/decisions.ts';
import { readSpecies } from '../data/read-csv.ts';
import { readManifest, type Split } from '../data/manifest.ts';
import { photosOfSplits } from '../data/splits.ts';
import { cachedLogits } from '../evaluate/cached-logits.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { requireFree } from '../pack/bundle-writer.ts';
import { checkBundle } from '../pack/golden.ts';
import { readGraph } from '../pack/graph-model.ts';
import { packBundle, readHistory } from '../pack/pack-bundle.ts';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import { bundleOption, bundleVersion, filePath, pathOption, registryOption } from '../terminal/options.ts';

/** `recalibrate`: a bundle's network with temperatures and thresholds by the rules as they are now. */
export const recalibrateCommand = () =>
  new Command('recalibrate')
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
    .addOption(bundleOption())
    .addOption(pathOption('--cleaning <file>', 'as in training', 'data/cleaning.csv'))
    .addOption(registryOption())
    .option('--replace', 'overwrite that version', false)
    .option('--without-field, --without-test', 'judge by val only: for rules that are compared, not served', false)
    .action(async (options) => {
      const { data, version, cleaning, registry, replace, withoutTest } = options;
      await startBackend('auto');
      const open = await openGivenBundle(options.bundle);
      const { schemaVersion: _schema, files: _files, ...before } = open.bundle;
      requireFree(registry, { name: before.name, version }, replace);
      await checkBundle(open);
      const { seed } = before.provenance;
      const table = await readSpecies();
      const manifest = await readManifest(data);
      if (manifest.sha256 !== before.provenance.trainingData.sha256)
        throw new Error(`${data}: other data than it was trained on; it may have learnt what would be tuned on`);
      const photos = photosOfSplits(manifest, withoutTest ? ['tune', 'val'] : ['tune', 'val', 'field'], {
        seed,
        decisions: await readDecisions(cleaning),
      });
      const judged = await cachedLogits(open, photos, manifest.root, table);
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
    });
