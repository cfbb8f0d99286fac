// Writes a classifier's and an outline's graph, and has other programs read them: `modelTopology` by protobuf's own parser
// of JSON in Python; with `--tensorflow` their SavedModels by TensorFlow, whose outputs must be those of TensorFlow.js.
// `npm run verify:graph`; needs Python 3.11 with venv, and PyPI.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { GraphTopology } from '@mushroom/recognition/bundle/graph-node';
import { SAVED_MODEL_FILE, savedModelOf } from '@mushroom/recognition/bundle/saved-model';
import { loadBackbone, type Backbone } from '@mushroom/training/network/backbone';
import { networkOf } from '@mushroom/training/network/network';
import { graphInMemory, graphModelOf, writeGraph } from '@mushroom/training/pack/graph-model';
import type { GraphModelFiles } from '@mushroom/training/pack/graph-model-files';
import { newDecoder, weightsOf } from '@mushroom/training/segment/decoder';
import { MASK, maskSide, outlineNetwork } from '@mushroom/training/segment/outline-network';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import seedrandom from 'seedrandom';
import { commandOptions } from '../command-options.ts';
import { pythonWith, type RunPython } from '../python-environment.ts';
import { repository } from '../service-process.ts';

const BACKBONE = path.join(repository, 'models/backbones/efficientnet_lite0_224');
const CLASSES = 7;
/** Of the largest output: the two sum in another order. */
const TOLERANCE = 1e-4;

const values = commandOptions('npm run verify:graph', {
  tensorflow: { type: 'boolean', default: false, about: 'also loads SavedModels by TensorFlow (1.6 GB to install)' },
});
const script = (name: string) => path.join(import.meta.dirname, name);

/** A head of random numbers. */
function newHead(features: number) {
  const random = seedrandom('head');
  const numbers = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
  return { kernel: numbers(features * CLASSES), bias: numbers(CLASSES) };
}

function newGraphs(backbone: Backbone): Record<string, GraphModelFiles> {
  const side = maskSide(backbone);
  return {
    classifier: graphModelOf(networkOf(backbone, newHead(backbone.featureSize))),
    outline: writeGraph(outlineNetwork(backbone, weightsOf(newDecoder(1))), { [MASK]: [side, side, 1] }),
  };
}

async function checkParsed(python: RunPython, folder: string, { modelJson }: GraphModelFiles, size: number) {
  const file = path.join(folder, 'model.json');
  await writeFile(file, modelJson);
  const { node } = (JSON.parse(modelJson) as { modelTopology: GraphTopology }).modelTopology;
  const parsed = JSON.parse(await python(script('read_graph.py'), file)) as { nodes: string[]; input: number[] };
  if (String(parsed.nodes) !== String(node.map(({ op, name }) => `${op} ${name}`))) throw new Error('other nodes');
  if (String(parsed.input) !== String([-1, size, size, 3])) throw new Error(`an input of ${parsed.input.join(' × ')}`);
  return `${parsed.nodes.length} nodes, an input of ${parsed.input.join(' × ')}`;
}

/** Of the pictures that run_saved_model.py makes. */
async function outputsOf(graph: GraphModelFiles, size: number): Promise<Record<string, number[]>> {
  const model = await loadGraphModel(graphInMemory(graph));
  const length = size * size * 3;
  const pictures = Float32Array.from({ length: 2 * length }, (_, i) => (i < length ? 128 : (i - length) % 256));
  const names = Object.keys((model.modelSignature as { outputs: object }).outputs);
  const outputs = model.execute(tf.tensor4d(pictures, [2, size, size, 3]), names);
  return Object.fromEntries([outputs].flat().map((output, i) => [names[i]!, [...output.dataSync()]]));
}

async function checkRun(python: RunPython, folder: string, graph: GraphModelFiles, size: number) {
  await writeFile(path.join(folder, SAVED_MODEL_FILE), savedModelOf(await graphInMemory(graph).load!()));
  const wanted = await outputsOf(graph, size);
  const printed = await python(script('run_saved_model.py'), folder, String(size));
  const got = JSON.parse(printed) as Record<string, number[]>;
  let largest = 0;
  for (const [name, numbers] of Object.entries(wanted)) {
    if (got[name]?.length !== numbers.length) throw new Error(`another output ${name}`);
    const scale = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [i, value] of numbers.entries()) largest = Math.max(largest, Math.abs(value - got[name]![i]!) / scale);
  }
  if (!(largest <= TOLERANCE)) throw new Error(`outputs differ by ${largest} of the largest`);
  return `the same outputs, to ${largest.toExponential(1)} of the largest`;
}

await startBackend('wasm');
const backbone = await loadBackbone(BACKBONE);
const folder = await mkdtemp(path.join(tmpdir(), 'graph-'));
try {
  const protobuf = await pythonWith('graph', script('requirements.txt'));
  const tensorflow = values.tensorflow && (await pythonWith('tensorflow', script('requirements-tensorflow.txt')));
  for (const [name, graph] of Object.entries(newGraphs(backbone))) {
    const size = backbone.inputSize;
    console.log(`${name}: protobuf's parser reads ${await checkParsed(protobuf, folder, graph, size)}`);
    if (tensorflow) console.log(`${name}: TensorFlow gives ${await checkRun(tensorflow, folder, graph, size)}`);
  }
} finally {
  await rm(folder, { recursive: true });
}
