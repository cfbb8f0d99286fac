import { Command, Option } from '@commander-js/extra-typings';
import type { io } from '@tensorflow/tfjs-core';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { JUDGED_SPLITS, nameOf } from '../data/manifest.ts';
import { readPhotos } from '../data/read-photos.ts';
import { photosOfSplits } from '../data/splits.ts';
import { shippedImages } from '../data/shipped-images.ts';
import { cachedLogits } from '../evaluate/cached-logits.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import type { Compression } from '@mushroom/recognition/bundle/evaluation.schema';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import type { Proportion } from '@mushroom/recognition/bundle/proportion';
import { megabytes, percent } from '../evaluate/figure-rows.ts';
import { evaluateGraph } from '../evaluate/evaluate-graph.ts';
import { requireFree } from '../pack/bundle-writer.ts';
import { downloadOf, graphInMemory, readGraph } from '../pack/graph-model.ts';
import { packBundle, readHistory } from '../pack/pack-bundle.ts';
import { WEIGHT_WIDTHS, type WeightWidth } from '../pack/weight-encoding.ts';
import {
  bundleName,
  bundleOption,
  bundleVersion,
  pathsOption,
  registryOption,
  shippedDataOption,
  skipUnreadableOption,
} from '../terminal/options.ts';
import { agreementOf } from '../pack/agreement.ts';
import { meanInputsOf } from '../pack/bias-correction.ts';
import { multiplyAddsOf } from '../pack/multiply-adds.ts';
import { quantised } from '../pack/quantise.ts';
import { statedFigures } from '../pack/stated-figures.ts';

/** `mushroom quantise`. */
export const quantiseCommand = () =>
  new Command('quantise')
    .description('Writes a bundle again with its weights in another width, and measures what that costs.')
    .addOption(bundleOption())
    .addOption(new Option('--weights <width>', 'the width').choices(WEIGHT_WIDTHS).default<WeightWidth>('uint8'))
    .addOption(shippedDataOption('the photos to judge by'))
    .addOption(skipUnreadableOption())
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
      };
      requireFree(registry, facts, options.replace);
      const history = await readHistory(source);
      const beside = await Promise.all(options.beside.map(besideOf));
      const { photos: listed, root, table } = await readPhotos(data, { skipUnreadable });
      const photos = photosOfSplits({ photos: listed, root }, JUDGED_SPLITS, { seed: facts.provenance.seed });
      const before = await readGraph(source);
      const { input, signature } = source.bundle;
      const given = width === 'uint8' ? await meanInputsOf(before, signature.input, shippedImages(input)) : undefined;
      const graph = quantised(JSON.parse(before.modelJson) as io.ModelJSON, before.weights, width, given);

      const old = await cachedLogits(source, photos, root, table);
      const now = await evaluateGraph(graphInMemory(graph), facts, photos, root, table);
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
      const bundle = await packBundle({
        registry,
        facts,
        graph,
        evaluation: { ...evaluatePhotos(now, facts, table), compression },
        history,
        replace: options.replace,
      });

      for (const split of JUDGED_SPLITS) {
        const figures = compression.agreement[split];
        if (!figures) continue;
        const { sameBest, top1Before, top1Now } = figures;
        console.log(
          `${nameOf(split)}: top-1 ${shown(top1Before)} before, ${shown(top1Now)} now; same best class ${shown(sameBest)}`,
        );
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
