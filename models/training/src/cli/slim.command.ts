import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Command, Option } from '@commander-js/extra-typings';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { writeWhole } from '../data/write-whole.ts';
import { readInput } from '../data/read-input.ts';
import { backboneOption, filePath, wholeNumber, type OptionsOf } from '../terminal/options.ts';
import { MODELS } from '../terminal/places.ts';
import { layersModelFiles, slimNetwork, strongestChannels, type Topology } from '../pack/slim-network.ts';

const LICENSED = path.join(MODELS, 'data/licensed');

const declared = () =>
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
    .option('--features <n>', 'channels of the last convolution that stay (default: all of them)', wholeNumber());

/** `mushroom slim`. */
export const slimCommand = () => declared().action(slim);

async function slim({ bundle, backbone, to, drop, features: wanted }: OptionsOf<typeof declared>): Promise<void> {
  await startBackend('auto');
  const open = await openBundle(bundle);
  const { signature, input } = open.bundle;
  const graph = await loadGraphModel(graphFrom(open));

  const json = JSON.parse(await readFile(path.join(backbone, 'model.json'), 'utf8')) as tf.io.ModelJSON;
  const topology = json.modelTopology as Topology;
  const names = json.weightsManifest.flatMap(({ weights }) => weights.map(({ name, shape }) => ({ name, shape })));
  const weights = new Map(
    names.map(({ name, shape }) => [name, { shape, values: valuesOf(graph.weights, servedNameOf(name)) }]),
  );

  const features: Float32Array[] = [];
  const photos = (await readdir(LICENSED)).filter((file) => file.endsWith('.jpg')).sort();
  for (const file of photos) {
    const pixels = await readInput(path.join(LICENSED, file), input);
    const output = tf.tidy(() => {
      const image = tf.tensor4d(Float32Array.from(pixels), [1, input.size, input.size, 3]);
      return graph.execute({ [signature.input]: image }, signature.features) as tf.Tensor;
    });
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
}

/** A graph model calls every kernel `kernel`. */
function servedNameOf(name: string): string {
  return name.replace(/\/\w*kernel$/, '/kernel');
}

function valuesOf(weights: GraphModel['weights'], name: string): Float32Array {
  const tensor = weights[name]?.[0];
  if (!tensor) throw new Error(`the bundle has no weights ${name}: it was trained from another backbone`);
  return tensor.dataSync() as Float32Array;
}
