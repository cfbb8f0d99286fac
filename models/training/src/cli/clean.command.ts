import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import { labelSpaceOf } from '../data/label-space.ts';
import type { Split } from '../data/manifest.ts';
import { loadBackbone } from '../network/backbone.ts';
import { frozenFeatures, type FeatureTable } from '../fit/frozen-features.ts';
import { readPhotos } from '../data/read-photos.ts';
import { requireWritable, writeWhole } from '../data/write-whole.ts';
import { shardPhotos } from '../fit/training-data.ts';
import { contactSheet } from '../clean/contact-sheet.ts';
import { writeDecisions, type CleaningDecision, type Finding } from '../data/decisions.ts';
import { findLabelIssues } from '../clean/label-issues.ts';
import { nearDuplicates } from '../clean/near-duplicates.ts';
import { outOfFoldProbabilities } from '../clean/out-of-fold.ts';
import { filePath, pathOption, share, skipUnreadableOption, wholeNumber } from '../terminal/options.ts';
import { BACKBONE } from '../terminal/places.ts';

const FOLDS = 5;
const SHEET = 64;

/** `mushroom clean` */
export const cleanCommand = () =>
  new Command('clean')
    .description('Finds training photos whose label, picture or place is probably wrong.')
    .requiredOption('--data <path>', 'photos and their labels, in any shape that training takes', filePath)
    .addOption(skipUnreadableOption())
    .addOption(pathOption('--out <file>', 'the decisions, for a person to review', 'data/cleaning.csv'))
    .addOption(pathOption('--report <folder>', 'contact sheets and counts', 'build/cleaning'))
    .option('--min-photos <n>', 'training photos that a species needs for a class of its own', wholeNumber(), 10)
    .option(
      '--margin <n>',
      'drop from this margin between the likelier label and the given one, if the likelier is of another genus',
      share,
      0.5,
    )
    .option('--similarity <n>', 'cosine of features from which photos count as copies', share, 0.92)
    .option('--seed <n>', 'of the splits, the order and the heads', wholeNumber(), 1)
    .addHelpText(
      'after',
      '\nTrain with them: npm run mushroom -- train --data PATH --cleaning models/data/cleaning.csv',
    )
    .action(async (options) => {
      const { data, out, report: folder, seed, minPhotos, margin: dropFrom, similarity: copyFrom } = options;
      requireWritable(path.dirname(out), folder);
      await startBackend('auto');
      const backbone = await loadBackbone(BACKBONE);
      const read = await readPhotos(data, { skipUnreadable: options.skipUnreadable });
      const { table, root, shards, countOf, rowsOf } = await shardPhotos(read, { seed });
      // What is kept to tune on may be wrongly labelled and a copy as well.
      const train = [...rowsOf('train'), ...rowsOf('tune')];
      const evaluation = [...rowsOf('val'), ...rowsOf('field')];

      const spec = { size: backbone.inputSize, fit: 'stretch' as const };
      const featuresOf = (split: Split) =>
        frozenFeatures({ backbone, shards, split, count: countOf(split), spec, view: { kind: 'plain' } });
      const trainFeatures = stacked([await featuresOf('train'), await featuresOf('tune')]);

      const space = labelSpaceOf(
        train.map(({ label }) => label),
        table,
        minPhotos,
      );
      const classSets = train.map(({ label }) => space.classesOf(label));
      const probabilities = await outOfFoldProbabilities(
        { features: trainFeatures, classSets, groups: train.map(({ group }) => group) },
        space.labels.length,
        FOLDS,
        { epochs: 20, batchSize: 256, learningRate: 5e-3, weightDecay: 0.5, seed },
      );
      const found = new Map<number, CleaningDecision>();
      const report = (row: number, finding: Finding, instead: string, score: number, drop: boolean) => {
        if (found.has(row)) return;
        const { path: photo, label } = train[row]!;
        found.set(row, { path: photo, label, finding, instead, score, decision: drop ? 'drop' : 'keep' });
      };

      // Copies of evaluation photos would flatter the model; copies under two names teach it that names don't matter.
      const all = stacked([trainFeatures, await featuresOf('val'), await featuresOf('field')]);
      for (const { a, b, similarity } of nearDuplicates(all, copyFrom)) {
        if (a >= train.length) continue;
        if (b >= train.length) {
          report(a, 'duplicate_of_evaluation', evaluation[b - train.length]!.path, similarity, true);
        } else if (train[a]!.label !== train[b]!.label) {
          // Of two names for one picture, the one that the other photos believe less goes.
          const belief = (row: number) => classSets[row]!.reduce((sum, index) => sum + probabilities[row]![index]!, 0);
          const [worse, better] = belief(a) < belief(b) ? [a, b] : [b, a];
          report(worse, 'label_conflict', train[better]!.path, similarity, true);
        } else if (train[a]!.reference !== train[b]!.reference) {
          // A second copy teaches nothing, and would flatter where reference photos are held out.
          const [copy, original] = train[a]!.reference ? [a, b] : [b, a];
          report(copy, 'reference_copies_training', train[original]!.path, similarity, true);
        }
      }
      for (const { row, finding, likelier, margin } of findLabelIssues(probabilities, classSets, space.labels)) {
        const likelierLabel = space.labels[likelier]!;
        // Sister species are hard, not wrong: dropping what the model finds hard would only hide it.
        const isKin =
          likelierLabel.kind !== 'not_a_mushroom' && likelierLabel.genus === table.find(train[row]!.label)?.genus;
        report(row, finding, nameOf(likelierLabel), margin, margin >= dropFrom && !isKin);
      }

      const decisions = [...found.values()].sort((a, b) => a.finding.localeCompare(b.finding) || b.score - a.score);
      await writeDecisions(out, decisions);

      for (const finding of new Set(decisions.map((decision) => decision.finding))) {
        const worst = decisions.filter((decision) => decision.finding === finding).slice(0, SHEET);
        const sheet = await contactSheet(
          worst.map((decision) => ({
            photo: path.join(root, decision.path),
            caption: `${decision.label}\n${decision.score.toFixed(2)} ${path.basename(decision.instead)}`,
          })),
        );
        await writeWhole(path.join(folder, `${finding}.jpg`), sheet);
      }

      const sourceOf = new Map(train.map(({ path: photo, source }) => [photo, source]));
      const counts: Record<string, Record<string, number>> = {};
      for (const { path: photo, finding, decision } of decisions) {
        const row = (counts[sourceOf.get(photo)!] ??= {});
        row[`${finding}, ${decision}`] = (row[`${finding}, ${decision}`] ?? 0) + 1;
      }
      console.table(counts);
      console.log(`decisions: ${out} (${decisions.filter(({ decision }) => decision === 'drop').length} to drop)`);
      console.log(`contact sheets: ${folder}`);
    });

const nameOf = (label: Label) =>
  label.kind === 'species'
    ? label.taxon
    : label.kind === 'other_in_genus'
      ? `another ${label.genus}`
      : 'not a mushroom';

/** One table of features under another. */
function stacked(tables: readonly FeatureTable[]): FeatureTable {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const { width } = tables[0]!;
  const all = new Float32Array(rows * width);
  let offset = 0;
  for (const table of tables) {
    all.set(table.values, offset);
    offset += table.values.length;
  }
  return { rows, width, values: all };
}
