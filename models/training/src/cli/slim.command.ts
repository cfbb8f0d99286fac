import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import { Command, Option } from '@commander-js/extra-typings';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { requireWritable, writeWhole } from '../data/write-whole.ts';
import { shippedImages } from '../data/network-images.ts';
import { backboneOption, filePath, wholeNumber } from '../terminal/options.ts';
import type { Topology } from '../network/backbone.ts';
import { layersModelFiles, slimNetwork, strongestChannels } from '../pack/slim-network.ts';

/** `mushroom slim`. */
export const slimCommand = () =>
  new Command('slim')
    .description('Makes a slimmer backbone out of a trained bundle, for a student to begin with.')
    .requiredOption('--bundle <path>', 'whose weights to take', filePath)
    .addOption(backboneOption('the layers model that it was trained from'))
    .requiredOption(
      '--to <path>',
      'where the slimmer layers model goes; the folder’s name begins with the family’s',
      filePath,
    )
    .addOption(
      new Option('--drop <name>', 'a block with a shortcut to leave out, as block14; may be given more than once')
        .argParser((name: string, before: string[]) => [...before, name])
        .default([] as string[], 'none'),
    )
    .option('--features <n>', 'channels of the last convolution that stay (default: all of them)', wholeNumber())
    .action(async ({ bundle, backbone, to, drop, features: wanted }) => {
      requireWritable(to);
      await startBackend('auto');
      const open = await openBundle(bundle);
      const { signature, input } = open.bundle;
      const graph = await loadGraphModel(graphFrom(open));

      const json = JSON.parse(await readFile(path.join(backbone, 'model.json'), 'utf8')) as io.ModelJSON;
      const topology = json.modelTopology as Topology;
      const names = json.weightsManifest.flatMap(({ weights }) => weights.map(({ name, shape }) => ({ name, shape })));
      const weights = new Map(
        names.map(({ name, shape }) => [name, { shape, values: valuesOf(graph.weights, servedNameOf(name)) }]),
      );

      const features: Float32Array[] = [];
      for await (const image of shippedImages(input)) {
        const output = graph.execute({ [signature.input]: image }, signature.features) as Tensor;
        features.push((await output.data()) as Float32Array);
        output.dispose();
      }
      const width = features[0]!.length;
      const count = wanted ?? width;
      if (count > width) throw new Error(`--features takes a whole number from 1 to ${width}, not ${count}`);
      const channels = strongestChannels(features, valuesOf(graph.weights, `${signature.logits}/kernel`), count);
      const last = topology.config.layers.filter(({ class_name }) => class_name === 'Conv2D').at(-1)!.config.name;
      const files = slimNetwork(topology, weights, { blocks: drop, last, channels });

      const written = layersModelFiles(files.topology, files.weights);
      await writeWhole(path.join(to, 'model.json'), written.modelJson);
      await writeWhole(path.join(to, 'weights.bin'), written.weights);
      const numbers = written.weights.length / 4;
      console.log(`${to}: ${(numbers / 1e6).toFixed(2)} million weights, ${count} of ${width} features`);
    });

/** A graph model calls every kernel `kernel`. */
function servedNameOf(name: string): string {
  return name.replace(/\/\w*kernel$/, '/kernel');
}

function valuesOf(weights: GraphModel['weights'], name: string): Float32Array {
  const tensor = weights[name]?.[0];
  if (!tensor) throw new Error(`the bundle has no weights ${name}: it was trained from another backbone`);
  return tensor.dataSync() as Float32Array;
}
