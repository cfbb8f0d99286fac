import path from 'node:path';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { JUDGED_SPLITS } from '../data/manifest.ts';
import { isTrainedOn, readPhotos } from '../data/read-photos.ts';
import { jsonText, requireWritable, writeWhole } from '../data/write-whole.ts';
import { photosOfSplits } from '../data/splits.ts';
import { UsageError } from '../terminal/command.ts';
import { evaluateGraph } from '../evaluate/evaluate-graph.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { readEvaluation } from '../evaluate/read-evaluation.ts';
import { comparisonOf } from '../evaluate/comparison.ts';
import { judgedTogether, type Opinion } from '../evaluate/judged-together.ts';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import { declared, type EvaluateOptions } from './evaluate.options.ts';
import { testOcclusion } from './occlusion-test.ts';

/** What only `--occlusion` knows what to do with. */
const OF_OCCLUSION = ['split', 'limit', 'random', 'record'] as const;

/** `mushroom evaluate`. */
export const evaluateCommand = () =>
  declared().action(async (options, command) => {
    const alone = OF_OCCLUSION.find((name) => command.getOptionValueSource(name) === 'cli');
    if (alone && !options.occlusion) throw new UsageError(`--${alone} needs --occlusion`);
    if (options.occlusion && options.with.length > 0) throw new UsageError('--occlusion judges one bundle: no --with');
    await (options.occlusion ? testOcclusion(options) : evaluate(options));
  });

async function evaluate(options: EvaluateOptions): Promise<void> {
  const { data, out, skipUnreadable } = options;
  if (out) requireWritable(path.dirname(out));
  const open = await openGivenBundle(options.bundle);
  const { bundle } = open;
  const others = await Promise.all(options.with.map((other) => openBundle(other)));
  for (const { bundle: other, directory: where } of others)
    if (JSON.stringify(other.labels) !== JSON.stringify(bundle.labels)) throw new Error(`${where} has other classes`);
  const stated = 'evaluation.json' in bundle.files && others.length === 0 ? await readEvaluation(open.directory) : null;
  const labelled = await readPhotos(data, { skipUnreadable });
  const { root, table } = labelled;
  const photos = photosOfSplits(labelled, JUDGED_SPLITS, { seed: bundle.provenance.seed });
  console.log(`bundle: ${bundle.name} ${bundle.version}, backend: ${await startBackend(options.backend)}`);
  if (!isTrainedOn(bundle, labelled)) {
    console.log('These are other data than it was trained on: photos of val may be among those it has learnt from.');
  }

  const opinionOf = async (judge: OpenBundle): Promise<Opinion> => {
    const judged = await evaluateGraph(graphFrom(judge), judge.bundle, photos, root, table);
    return { temperature: judge.bundle.temperature, photos: judged };
  };
  const opinions: [Opinion, ...Opinion[]] = [await opinionOf(open)];
  for (const other of others) opinions.push(await opinionOf(other));
  const evaluation = evaluatePhotos(judgedTogether(opinions), bundle, table);
  console.log(comparisonOf(evaluation, stated));
  if (out) {
    await writeWhole(out, jsonText(evaluation));
    console.log(`evaluation: ${out}`);
  }
}
