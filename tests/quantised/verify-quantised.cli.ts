// Asks the quantised bundles of the registry about photos, by each library that runs them and on emulated processors, holds
// all logits to be the same to the last bit, and writes docs/same-answers.md. `npm run verify:quantised`; the emulation
// needs qemu-user (Debian: apt-get install qemu-user).
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startBackend, type BackendName } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle, versionsOf, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import { readManifest } from '@mushroom/training/data/manifest';
import { readInput } from '@mushroom/training/data/read-input';
import { readEvaluation } from '@mushroom/training/evaluate/read-evaluation';
import prettier from 'prettier';
import { repository } from '../service-process.ts';

const run = promisify(execFile);

const PAGE = path.join(repository, 'docs/same-answers.md');
const REGISTRY = path.join(repository, 'models/registry');
const WORK = path.join(repository, '.build/quantised');

/** Processors that are emulated, and what they add bytes up with. */
const EMULATED = { Haswell: 'AVX2, no VNNI', Nehalem: 'SSE4.2, no AVX' };

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    bundle: { type: 'string', multiple: true, default: [] },
    data: { type: 'string', default: path.join(repository, 'models/data/licensed.csv') },
    photos: { type: 'string', default: '1000' },
    emulated: { type: 'string', default: '30' },
  },
});
if (options.help) {
  console.log(
    [
      'npm run verify:quantised -- [OPTIONS]',
      '',
      '  --bundle PATH …   bundles to verify (default: the newest quantised versions of models/registry)',
      '  --data PATH       photos, as training takes them (default: those shipped with the project)',
      '  --photos N        at most so many of them (default: 1000)',
      '  --emulated N      so many of these on emulated processors (default: 30)',
    ].join('\n'),
  );
  process.exit();
}

/** The newest version of each model, where it is in whole numbers. */
async function quantisedBundles(): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(REGISTRY)).sort()) {
    const newest = (await versionsOf(REGISTRY, name)).at(-1);
    if (!newest) continue;
    const directory = path.join(REGISTRY, name, newest);
    if ((await readEvaluation(directory)).compression?.weights === 'int8') found.push(directory);
  }
  return found;
}

interface Row {
  bundle: string;
  by: string;
  processor: string;
  photos: number;
  same: number;
}

async function logitsOfTensorFlow(open: OpenBundle, backend: BackendName, inputs: Uint8Array[]): Promise<Buffer> {
  await startBackend(backend);
  return Classifier.use(graphFrom(open), open.bundle, async (classifier) => {
    const logits: Buffer[] = [];
    for (const input of inputs) logits.push(Buffer.from((await classifier.logits([input]))[0]!.buffer));
    return Buffer.concat(logits);
  });
}

async function logitsOfOnnxRuntime(
  { directory, bundle }: OpenBundle,
  inputs: Uint8Array[],
  emulator: string[] = [],
): Promise<Buffer> {
  await mkdir(WORK, { recursive: true });
  const [photos, logits] = [path.join(WORK, 'photos.rgb'), path.join(WORK, 'logits.float32')] as const;
  await writeFile(photos, Buffer.concat(inputs));
  const script = path.join(import.meta.dirname, 'write-logits.js');
  const model = path.join(directory, ONNX_MODEL_FILE);
  const [command, ...args] = [...emulator, process.execPath, script, model, String(bundle.input.size), photos, logits];
  await run(command!, args);
  return readFile(logits);
}

async function rowsOf(directory: string): Promise<Row[]> {
  const open = await openBundle(directory);
  const { name, version, input, labels } = open.bundle;
  const { photos } = await readManifest(options.data);
  const inputs: Uint8Array[] = [];
  for (const { file } of photos.slice(0, Number(options.photos))) inputs.push(await readInput(file, input));
  const rows: Row[] = [];
  let reference: Buffer | undefined;
  const compare = (by: string, processor: string, logits: Buffer) => {
    reference ??= logits;
    const length = labels.length * Float32Array.BYTES_PER_ELEMENT;
    const count = logits.length / length;
    const starts = Array.from({ length: count }, (_, photo) => photo * length);
    const isSame = (at: number) => logits.subarray(at, at + length).equals(reference!.subarray(at, at + length));
    const same = starts.filter(isSame).length;
    rows.push({ bundle: `${name} ${version}`, by, processor, photos: count, same });
    console.log(`${name} ${version}, ${by} on ${processor}: ${same} of ${count} photos the same`);
  };
  const here = os.cpus()[0]!.model;
  compare('ONNX Runtime', here, await logitsOfOnnxRuntime(open, inputs));
  for (const backend of ['wasm', 'native'] as const) {
    const logits = await logitsOfTensorFlow(open, backend, inputs).catch((error: Error) => {
      if (backend === 'wasm') throw error;
      console.log(`TensorFlow.js, native: left out, as it does not load: ${error.message}`);
    });
    if (logits) compare(`TensorFlow.js, ${backend}`, here, logits);
  }
  for (const [processor, has] of Object.entries(EMULATED)) {
    const emulator = ['qemu-x86_64', '-cpu', processor];
    const logits = await logitsOfOnnxRuntime(open, inputs.slice(0, Number(options.emulated)), emulator);
    compare('ONNX Runtime', `${processor}, emulated (${has})`, logits);
  }
  return rows;
}

async function pageOf(rows: Row[]): Promise<string> {
  const { version: onnxRuntime } = JSON.parse(
    await readFile(path.join(repository, 'node_modules/onnxruntime-node/package.json'), 'utf8'),
  ) as { version: string };
  return [
    '# The same answers everywhere',
    '',
    '`npm run verify:quantised` runs the [quantised models](compression.md#whole-numbers) on photos, by each library that runs',
    'them and on emulated processors (qemu-user), and writes this page. All of a photo’s logits have to be the same, to the last',
    `bit, as those in the first row of the bundle. Last run: ${new Date().toISOString().slice(0, 10)}, onnxruntime-node ${onnxRuntime}, TensorFlow.js 4.22.0, Node`,
    `${process.versions.node}.`,
    '',
    '| bundle | computed by | on | photos | the same |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.bundle} | ${row.by} | ${row.processor} | ${row.photos} | ${row.same} |`),
    '',
  ].join('\n');
}

const bundles = options.bundle.length > 0 ? options.bundle.map((one) => path.resolve(one)) : await quantisedBundles();
const rows: Row[] = [];
for (const bundle of bundles) rows.push(...(await rowsOf(bundle)));
if (options.bundle.length === 0) {
  const style = await prettier.resolveConfig(PAGE);
  await writeFile(PAGE, await prettier.format(await pageOf(rows), { ...style, parser: 'markdown' }));
}
if (rows.some(({ photos, same }) => same < photos)) process.exitCode = 1;
