import { readdir, readFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { decodePhoto } from '../data/decode-photo.ts';
import { invocationPath } from '../terminal/invocation-path.ts';
import { decodedSideOf } from '@mushroom/recognition/preprocess/decoded-side';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';
import { layersModelFiles, slimNetwork, strongestChannels, type Topology } from './slim-network.ts';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));
const LICENSED = path.join(MODELS, 'data/licensed');

const HELP = `Makes a slimmer backbone out of a trained bundle, for a student to begin with.

  npm run slim -w models -- --bundle PATH --to PATH [options]

  --bundle PATH    whose weights to take
  --backbone PATH  the layers model that it was trained from (default: models/backbones/efficientnet_lite0_224)
  --to PATH        where the slimmer layers model goes; the folder's name begins with the family's
  --drop NAME      a block with a shortcut to leave out, as block14; may be given more than once
  --features N     channels of the last convolution that stay (default: all of them)
`;

const { values } = parseArgs({
  options: {
    bundle: { type: 'string' },
    backbone: { type: 'string' },
    to: { type: 'string' },
    drop: { type: 'string', multiple: true, default: [] },
    features: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function slim(): Promise<void> {
  if (!values.bundle || !values.to) throw new Error('--bundle and --to must be given');
  const backbone = values.backbone
    ? invocationPath(values.backbone)
    : path.join(MODELS, 'backbones/efficientnet_lite0_224');
  await startBackend('auto');
  const open = await openBundle(invocationPath(values.bundle));
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
    const pixels = photoToInput(
      await decodePhoto(await readFile(path.join(LICENSED, file)), decodedSideOf(input)),
      input,
    );
    const output = tf.tidy(() => {
      const image = tf.tensor4d(Float32Array.from(pixels), [1, input.size, input.size, 3]);
      return graph.execute({ [signature.input]: image }, signature.features) as tf.Tensor;
    });
    features.push((await output.data()) as Float32Array);
    output.dispose();
  }
  const width = features[0]!.length;
  const count = values.features === undefined ? width : Number(values.features);
  if (!Number.isInteger(count) || count < 1 || count > width) {
    throw new Error(`--features takes a whole number from 1 to ${width}, not "${values.features}"`);
  }
  const channels = strongestChannels(features, valuesOf(graph.weights, `${signature.logits}/kernel`), count);
  const last = topology.config.layers.filter(({ class_name }) => class_name === 'Conv2D').at(-1)!.config.name;
  const files = slimNetwork(topology, weights, { blocks: values.drop, last, channels });

  const to = invocationPath(values.to);
  await mkdir(to, { recursive: true });
  const written = layersModelFiles(files.topology, files.weights);
  await writeFile(path.join(to, 'model.json'), written.modelJson);
  await writeFile(path.join(to, 'weights.bin'), written.weights);
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

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('slim', slim);
}
