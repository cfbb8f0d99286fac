import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openBundle, versionsOf } from '@mushroom/models/bundle/bundle-reader';
import { multiplyAddsOf } from '@mushroom/models/compression/multiply-adds';
import { evaluationSchema } from '@mushroom/models/evaluation/evaluation.schema';
import { tradeOffPlot } from '@mushroom/models/evaluation/plots';
import { repository } from '../service-process.ts';
import type { Measured } from './measure-model.cli.ts';
import { finish, printTable, type Bound } from './report.ts';

// What a bundle is right about against what it costs: time a photo on both backends, bytes to download, time to load.

const { values } = parseArgs({
  options: {
    /** Beside the newest of each model in the registry: other bundles, as training and quantising leave them. */
    bundle: { type: 'string', multiple: true, default: [] },
    plot: { type: 'string' },
  },
});

const BACKENDS = ['native', 'wasm'] as const;
const REGISTRY = path.join(repository, 'models/registry');
const DEFAULT_MODEL = 'mushroom-classifier';
const STUDENT = 'mushroom-student';

interface Row {
  name: string;
  valTop1: number;
  fieldTop1: number;
  multiplyAdds: number;
  /** To download: the graph and its weights as they are, and compressed as the service sends them. */
  bytes: number;
  compressedBytes: number;
  native: Measured;
  wasm: Measured;
}

const run = promisify(execFile);
const script = fileURLToPath(new URL('./measure-model.cli.ts', import.meta.url));

async function measured(directory: string, backend: string): Promise<Measured> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, directory, backend], { cwd: repository });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
}

async function rowOf(directory: string): Promise<Row> {
  const { bundle } = await openBundle(directory);
  const read = (file: string) => readFile(path.join(directory, file));
  const { splits } = evaluationSchema.parse(JSON.parse((await read('evaluation.json')).toString()));
  const graph = await read('graph/model.json');
  const files = [graph, await read('graph/weights.bin')];
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    name: `${bundle.name} ${bundle.version}`,
    valTop1: splits.val?.top1.share ?? NaN,
    fieldTop1: splits.field?.top1.share ?? NaN,
    multiplyAdds: multiplyAddsOf(JSON.parse(graph.toString()) as Parameters<typeof multiplyAddsOf>[0]),
    bytes: sum(files.map(({ length }) => length)),
    compressedBytes: sum(files.map((bytes) => gzipSync(bytes).length)),
    native: await measured(directory, 'native'),
    wasm: await measured(directory, 'wasm'),
  };
}

async function newest(name: string): Promise<string[]> {
  const version = (await versionsOf(REGISTRY, name)).at(-1);
  return version === undefined ? [] : [path.join(REGISTRY, name, version)];
}

const registered = (await Promise.all([DEFAULT_MODEL, STUDENT].map(newest))).flat();
const rows: Row[] = [];
for (const directory of [...registered, ...values.bundle.map((bundle) => path.resolve(bundle))]) {
  process.stderr.write(`${directory} …\n`);
  rows.push(await rowOf(directory));
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
printTable(
  [
    ...['bundle', 'val top-1', 'field top-1', 'multiply-adds, M', 'MB', 'MB compressed'],
    ...BACKENDS.flatMap((backend) => [`${backend}, ms a photo`, `${backend}, ms to load`]),
  ],
  rows.map((row) => [
    row.name,
    percent(row.valTop1),
    percent(row.fieldTop1),
    (row.multiplyAdds / 1e6).toFixed(0),
    megabytes(row.bytes),
    megabytes(row.compressedBytes),
    ...BACKENDS.flatMap((backend) => [row[backend].inferMs.toFixed(1), row[backend].loadMs.toFixed(0)]),
  ]),
);
if (values.plot) {
  const points = rows.map((row) => ({
    name: row.name,
    valTop1: row.valTop1,
    ms: row.wasm.inferMs,
    megabytes: row.bytes / 1e6,
  }));
  await writeFile(path.resolve(values.plot), await tradeOffPlot(points));
}

const bounds: Bound[] = [];
const [teacher, student] = [DEFAULT_MODEL, STUDENT].map((name) => rows.find((row) => row.name.startsWith(`${name} `)));
if (teacher && student) {
  const times = teacher.multiplyAdds / student.multiplyAdds;
  bounds.push({ what: `${times.toFixed(2)} times fewer multiply-adds (at least 3)`, holds: times >= 3 });
  for (const split of ['valTop1', 'fieldTop1'] as const) {
    const lost = 100 * (teacher[split] - student[split]);
    bounds.push({ what: `${split}: the student loses ${lost.toFixed(1)} points (at most 3)`, holds: lost <= 3 });
  }
  bounds.push({ what: `student: ${megabytes(student.bytes)} MB (at most 3)`, holds: student.bytes <= 3e6 });
}
await finish('trade-off', { rows }, bounds);
