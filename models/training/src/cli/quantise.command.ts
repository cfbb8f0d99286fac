import { Command, Option } from '@commander-js/extra-typings';
import type { io } from '@tensorflow/tfjs-core';
import seedrandom from 'seedrandom';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { JUDGED_SPLITS, nameOf } from '../data/manifest.ts';
import { networkImages, shippedImages } from '../data/network-images.ts';
import { readPhotos } from '../data/read-photos.ts';
import { photosOfSplits, shuffle } from '../data/splits.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import type { Compression } from '@mushroom/recognition/bundle/evaluation.schema';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import type { Proportion } from '@mushroom/recognition/bundle/proportion';
import { megabytes, percent } from '../evaluate/figure-rows.ts';
import { OnnxClassifier } from '../evaluate/onnx-classifier.ts';
import { evaluateGraph, evaluateModel } from '../evaluate/evaluate-graph.ts';
import { requireFree } from '../pack/bundle-writer.ts';
import type { GraphModelFiles } from '../pack/graph-model-files.ts';
import { downloadOf, graphInMemory, onnxOf, readGraph } from '../pack/graph-model.ts';
import { packBundle, readHistory } from '../pack/pack-bundle.ts';
import { WEIGHT_WIDTHS } from '../pack/weight-encoding.ts';
import {
  bundleName,
  bundleOption,
  bundleVersion,
  pathsOption,
  registryOption,
  shippedDataOption,
  skipUnreadableOption,
  wholeNumber,
} from '../terminal/options.ts';
import { comparisonOf } from '../evaluate/comparison.ts';
import { agreementOf } from '../pack/agreement.ts';
import { integerClassifier } from '../pack/integer-classifier.ts';
import { meanInputsOf } from '../pack/bias-correction.ts';
import { multiplyAddsOf } from '../pack/multiply-adds.ts';
import { quantised } from '../pack/quantise.ts';
import { statedFigures } from '../pack/stated-figures.ts';

const WIDTHS = [...WEIGHT_WIDTHS, 'int8'] as const;

/** `mushroom quantise`. */
export const quantiseCommand = () =>
  new Command('quantise')
    .description(
      'Writes a bundle again with its weights in another width, and measures what that costs. int8 is more than a width: ' +
        'the whole network is in whole numbers, activations too, and gives the same answer on every processor.',
    )
    .addOption(bundleOption())
    .addOption(new Option('--weights <width>', 'the width').choices(WIDTHS).default<(typeof WIDTHS)[number]>('uint8'))
    .addOption(
      shippedDataOption('the photos to judge by; of those of train, some say how large activations are, for int8'),
    )
    .addOption(skipUnreadableOption())
    .option('--calibration-photos <n>', 'with int8: how many photos of train', wholeNumber(), 100)
    .option('--name <name>', 'of the new bundle (default: the old one’s, with the width behind it)', bundleName)
    .option('--version <n>', 'of the new bundle (default: the old one’s)', bundleVersion)
    .addOption(registryOption())
    .option('--replace', 'overwrite that version', false)
    .addOption(
      pathsOption(
        '--beside <path>',
        'a bundle whose figures shall stand beside its own in the model card: a teacher, or the same network trained without one; may be given more than once',
      ),
    )
    .action(async (options) => {
      const { weights: width, registry, data, skipUnreadable } = options;
      await startBackend('auto');
      const source = await openGivenBundle(options.bundle);
      const { schemaVersion: _version, files: _files, ...rest } = source.bundle;
      const facts: Omit<Bundle, 'schemaVersion' | 'files'> = {
        ...rest,
        name: options.name ?? `${rest.name}-${width}`,
        version: options.version ?? rest.version,
        created: new Date().toISOString(),
        ...(width === 'int8' && { arithmetic: 'int8' as const }),
      };
      requireFree(registry, facts, options.replace);
      const history = await readHistory(source);
      const beside = await Promise.all(options.beside.map(besideOf));
      const { seed } = facts.provenance;
      const { photos: listed, root, table } = await readPhotos(data, { skipUnreadable });
      const photos = photosOfSplits({ photos: listed, root }, JUDGED_SPLITS, { seed });
      const before = await readGraph(source);
      const { input, signature } = source.bundle;
      const network = async (): Promise<{ graph: GraphModelFiles; onnx?: Uint8Array }> => {
        if (width === 'int8') {
          const typical = photosOfSplits({ photos: listed, root }, ['train'], { seed });
          shuffle(typical, seedrandom(String(seed)));
          const chosen = typical.slice(0, options.calibrationPhotos);
          return integerClassifier(before, signature, () => networkImages(chosen, input));
        }
        const given = width === 'uint8' ? await meanInputsOf(before, signature.input, shippedImages(input)) : undefined;
        return { graph: quantised(JSON.parse(before.modelJson) as io.ModelJSON, before.weights, width, given) };
      };
      const { graph, onnx } = await network();
      const judged = async (files: GraphModelFiles, model: Uint8Array, of: typeof facts) => {
        const classifier = await OnnxClassifier.load(model, of);
        if (classifier) return evaluateModel(classifier, of, photos, root, table);
        return evaluateGraph(graphInMemory(files), of, photos, root, table);
      };
      const old = await judged(before, await onnxOf(before, signature), rest);
      const now = await judged(graph, onnx ?? (await onnxOf(graph, signature)), facts);
      const agreement = (split: 'val' | 'field') => {
        const ofSplit = (_: unknown, index: number) => photos[index]!.split === split;
        return photos.some(ofSplit) ? agreementOf(old.filter(ofSplit), now.filter(ofSplit)) : null;
      };
      const compression: Compression = {
        from: `${rest.name}/${rest.version}`,
        weights: width,
        ...downloadOf(graph),
        bytesBefore: downloadOf(before).bytes,
        agreement: { val: agreement('val'), field: agreement('field') },
        multiplyAdds: multiplyAddsOf(JSON.parse(graph.modelJson) as io.ModelJSON),
        beside,
      };
      const evaluation = evaluatePhotos(now, facts, table);
      const bundle = await packBundle({
        registry,
        facts,
        graph,
        onnx,
        evaluation: { ...evaluation, compression },
        history,
        replace: options.replace,
      });

      console.log(comparisonOf(evaluation, evaluatePhotos(old, facts, table), 'before'));
      for (const split of JUDGED_SPLITS) {
        const figures = compression.agreement[split];
        if (figures) console.log(`${nameOf(split)}: same best class ${shown(figures.sameBest)}`);
      }
      const { bytes, bytesBefore, compressedBytes } = compression;
      console.log(
        `download: ${megabytes(bytesBefore)} before, ${megabytes(bytes)} now, compressed ${megabytes(compressedBytes)}`,
      );
      console.log(`bundle: ${bundle}`);
    });

const shown = ({ share }: Proportion) => (share === null ? 'no photos' : percent(share));

async function besideOf(directory: string): Promise<Compression['beside'][number]> {
  const { name, version, compressedBytes: _, ...figures } = await statedFigures(directory);
  return { name: `${name}/${version}`, ...figures };
}
