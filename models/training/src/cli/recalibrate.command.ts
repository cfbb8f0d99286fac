import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { readDecisions } from '../data/decisions.ts';
import type { Split } from '../data/manifest.ts';
import { isTrainedOn, readPhotos } from '../data/read-photos.ts';
import { photosOfSplits } from '../data/splits.ts';
import { cachedLogits } from '../evaluate/cached-logits.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { requireFree } from '../pack/bundle-writer.ts';
import { checkBundle } from '../pack/golden.ts';
import { readGraph } from '../pack/graph-model.ts';
import { packBundle, readHistory } from '../pack/pack-bundle.ts';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import {
  bundleOption,
  bundleVersion,
  filePath,
  pathOption,
  registryOption,
  skipUnreadableOption,
} from '../terminal/options.ts';

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
    .addOption(skipUnreadableOption())
    .requiredOption('--version <n>', 'of the new bundle', bundleVersion)
    .addOption(bundleOption())
    .addOption(pathOption('--cleaning <file>', 'as in training', 'data/cleaning.csv'))
    .addOption(registryOption())
    .option('--replace', 'overwrite that version', false)
    .option('--without-field, --without-test', 'judge by val only: for rules that are compared, not served', false)
    .action(async (options) => {
      const { data, skipUnreadable, version, cleaning, registry, replace, withoutTest } = options;
      await startBackend('auto');
      const open = await openGivenBundle(options.bundle);
      const { schemaVersion: _schema, files: _files, ...before } = open.bundle;
      requireFree(registry, { name: before.name, version }, replace);
      await checkBundle(open);
      const history = await readHistory(open);
      const decisions = await readDecisions(cleaning);
      const labelled = await readPhotos(data, { skipUnreadable });
      const { root, table } = labelled;
      if (!isTrainedOn(before, labelled))
        throw new Error(`${data}: other data than it was trained on; it may have learnt what would be tuned on`);
      const { seed } = before.provenance;
      const photos = photosOfSplits(labelled, withoutTest ? ['tune', 'val'] : ['tune', 'val', 'field'], {
        seed,
        decisions,
      });
      const judged = await cachedLogits(open, photos, root, table);
      const ofSplit = (wanted: Split) => judged.filter(({ split }) => split === wanted);
      const model = decisionModelOf(before.labels, COSTS, table, ofSplit('val'), ofSplit('tune'));

      const bundle = await packBundle({
        registry,
        facts: { ...before, ...model, version, created: new Date().toISOString() },
        graph: await readGraph(open),
        evaluation: evaluatePhotos([...ofSplit('val'), ...ofSplit('field')], model, table),
        history,
        replace,
      });
      console.log(`bundle: ${bundle}`);
    });
