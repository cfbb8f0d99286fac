import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import { statedFigures, type StatedFigures } from '@mushroom/training/pack/stated-figures';
import { repository } from '../service-process.ts';
import type { Measured } from './measure-model.cli.ts';
import { measuringOptions } from './measuring-options.ts';
import { finish, printTable, rounded, type Bound } from './report.ts';
import { MODELS } from './served-models.ts';
import { tradeOffPlot } from './trade-off-plot.ts';

// What a bundle is right about against what it costs: time a photo on both backends, bytes to download, time to load.

const values = measuringOptions('models', {
  bundle: {
    type: 'string',
    multiple: true,
    default: [],
    about: 'beside those of models/registry, as training and quantising leave it; not recorded',
  },
  plot: { type: 'string', about: 'the SVG file that the trade-off is drawn into' },
});

const BACKENDS = ['onnx', 'wasm'] as const;
const REGISTRY = path.join(repository, 'models/registry');

interface Row extends StatedFigures {
  onnx: Measured;
  wasm: Measured;
}

const run = promisify(execFile);
const script = fileURLToPath(new URL('./measure-model.cli.ts', import.meta.url));

async function measured(directory: string, backend: string): Promise<Measured> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, directory, backend], { cwd: repository });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
}

async function rowOf(directory: string): Promise<Row> {
  return {
    ...(await statedFigures(directory)),
    onnx: await measured(directory, 'onnx'),
    wasm: await measured(directory, 'wasm'),
  };
}

/** The newest version of a model in the registry. */
async function newestOf(name: string): Promise<string> {
  return path.join(REGISTRY, name, (await versionsOf(REGISTRY, name)).at(-1)!);
}

const names = Object.values(MODELS).flatMap((name) => [name, `${name}-int8`]);
const registered = await Promise.all(names.map(newestOf));
const rows: Row[] = [];
for (const directory of [...registered, ...values.bundle.map((bundle) => path.resolve(bundle))]) {
  process.stderr.write(`${directory} …\n`);
  rows.push(await rowOf(directory));
}

const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
const titleOf = ({ name, version }: StatedFigures) => `${name} ${version}`;
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
printTable(
  [
    ...['bundle', 'val top-1', 'field top-1', 'multiply-adds, M', 'MB', 'MB compressed'],
    ...BACKENDS.flatMap((backend) => [`${backend}, ms a photo`, `${backend}, ms to load`]),
  ],
  rows.map((row) => [
    titleOf(row),
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
    name: titleOf(row),
    valTop1: row.valTop1 ?? NaN,
    ms: row.wasm.inferMs,
    megabytes: row.bytes / 1e6,
  }));
  await writeFile(path.resolve(values.plot), await tradeOffPlot(points));
}

const bounds: Bound[] = [];
const [teacher, student] = [MODELS.default, MODELS.student].map((name) => rows.find((row) => row.name === name));
if (teacher && student) {
  const times = teacher.multiplyAdds / student.multiplyAdds;
  bounds.push({ what: `${times.toFixed(2)} times fewer multiply-adds (at least 3)`, holds: times >= 3 });
  for (const split of ['valTop1', 'fieldTop1'] as const) {
    const lost = 100 * ((teacher[split] ?? NaN) - (student[split] ?? NaN));
    bounds.push({ what: `${split}: the student loses ${lost.toFixed(1)} points (at most 3)`, holds: lost <= 3 });
  }
  bounds.push({ what: `student: ${megabytes(student.bytes)} MB (at most 3)`, holds: student.bytes <= 3e6 });
}
const exact = (bytes: number) => Number(megabytes(bytes));
const computing = ({ inferMs, loadMs }: Measured) => ({ photoMs: rounded(inferMs), loadMs: Math.round(loadMs) });
const recorded = () => ({
  rows: rows.slice(0, registered.length).map((row) => ({
    bundle: `${row.name}/${row.version}`,
    millionMultiplyAdds: Math.round(row.multiplyAdds / 1e6),
    megabytes: exact(row.bytes),
    compressedMegabytes: exact(row.compressedBytes),
    onnx: computing(row.onnx),
    wasm: computing(row.wasm),
  })),
});
await finish('models', { rows }, bounds, values.record && recorded);
