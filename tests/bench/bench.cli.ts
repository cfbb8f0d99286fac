import { availableParallelism } from 'node:os';
import type { Backend } from '@mushroom/api-service/inference/backends';
import type { ValuesOf } from '../documents/figures.schema.ts';
import { startService, type ServiceProcess } from '../service-process.ts';
import { measureGrowth } from './growth.ts';
import { answersUnder, outcomesOf } from './load.ts';
import { measuringOptions } from './measuring-options.ts';
import { photoOfSize } from './photo-of-size.ts';
import { finish, percentile, printTable, rounded, short, type Bound } from './report.ts';
import { MODELS, titleOf, type ModelTitle } from './served-models.ts';
import { metricsOf, stageMs } from './service-metrics.ts';
import { processesOf } from './service-processes.ts';

// How fast the built service answers: every model of the registry, each backend, one client and eight, a photo from
// the page (it shrinks them) and one straight from a camera. Then, of the first of them, how the cost of an answer grows.
// The clients run on the same cores as the service.

const values = measuringOptions('service', {
  seconds: { type: 'string', default: '10', about: 'that each scenario goes on' },
  model: { type: 'string', multiple: true, default: Object.values(MODELS), about: 'of models/registry' },
  backend: { type: 'string', multiple: true, default: ['onnx', 'wasm'], about: 'that the service computes with' },
  clients: { type: 'string', multiple: true, default: ['1', '8'], about: 'that ask at once' },
  megapixels: { type: 'string', multiple: true, default: ['1', '12'], about: 'of the photo' },
  workers: { type: 'string', default: '2', about: 'INFERENCE_WORKERS, as the service takes by itself on two cores' },
});

const WARM_UP_SECONDS = 2;
const READY_MS: Record<string, number> = { onnx: 1500, native: 4000, wasm: 2000 };
const MEMORY_MB: Record<string, number> = { onnx: 460, wasm: 450 };

interface Start {
  model: string;
  backend: string;
  /** From the start of the process until it is ready. */
  readyMs: number;
  /** Resident memory after the scenarios. */
  parentMb: number;
  workersMb: number;
  workers: number;
}

interface Scenario {
  model: string;
  backend: string;
  clients: number;
  megapixels: number;
  requests: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  meanMs: number;
  /** Mean of each stage, as the service measures it. */
  stages: Record<string, number>;
}

async function measure(
  service: ServiceProcess,
  photo: Buffer<ArrayBuffer>,
  clients: number,
): Promise<Pick<Scenario, 'requests' | 'perSecond' | 'p50Ms' | 'p99Ms' | 'meanMs' | 'stages'>> {
  const load = { url: service.url, photo, clients };
  await answersUnder({ ...load, until: { seconds: WARM_UP_SECONDS } });
  const before = await metricsOf(service);
  const { answers, seconds, unanswered } = await answersUnder({ ...load, until: { seconds: Number(values.seconds) } });
  const after = await metricsOf(service);
  if (unanswered > 0 || answers.some(({ status }) => status !== 200)) {
    throw new Error(`not every request succeeded: ${JSON.stringify({ ...outcomesOf(answers), unanswered })}`);
  }
  const times = answers.map(({ ms }) => ms);
  return {
    requests: answers.length,
    perSecond: answers.length / seconds,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    meanMs: times.reduce((sum, ms) => sum + ms, 0) / times.length,
    stages: stageMs(before, after),
  };
}

const starts: Start[] = [];
const scenarios: Scenario[] = [];
const photos = new Map<number, Buffer<ArrayBuffer>>();
for (const megapixels of values.megapixels.map(Number)) photos.set(megapixels, await photoOfSize(megapixels));

for (const model of values.model) {
  for (const backend of values.backend) {
    const started = performance.now();
    const service = await startService({
      MODEL_NAME: model,
      INFERENCE_BACKEND: backend,
      INFERENCE_WORKERS: values.workers,
      RATE_LIMIT: '0',
      LOG_LEVEL: 'error',
    });
    const readyMs = performance.now() - started;
    try {
      for (const [megapixels, photo] of photos) {
        for (const clients of values.clients.map(Number)) {
          process.stderr.write(`${model}, ${backend}, ${clients} clients, ${megapixels} megapixels …\n`);
          scenarios.push({ model, backend, clients, megapixels, ...(await measure(service, photo, clients)) });
        }
      }
      const { parent, workers } = await processesOf(service);
      const workersMb = workers.reduce((sum, { megabytes }) => sum + megabytes, 0);
      starts.push({ model, backend, readyMs, parentMb: parent.megabytes, workersMb, workers: workers.length });
    } finally {
      await service.stop();
    }
  }
}

printTable(
  ['model', 'backend', 'clients', 'megapixels', 'a second', 'p50 ms', 'p99 ms', 'stages, mean ms'],
  scenarios.map(({ model, backend, clients, megapixels, perSecond, p50Ms, p99Ms, stages }) => [
    model,
    backend,
    String(clients),
    String(megapixels),
    ...[perSecond, p50Ms, p99Ms].map(short),
    Object.entries(stages)
      .map(([stage, ms]) => `${stage} ${short(ms)}`)
      .join(', '),
  ]),
);
console.log('');
printTable(
  ['model', 'backend', 'ready after ms', 'parent MB', 'workers MB'],
  starts.map(({ model, backend, readyMs, parentMb, workersMb }) => [
    model,
    backend,
    ...[readyMs, parentMb, workersMb].map(short),
  ]),
);

const growth = await measureGrowth(values.model[0]!, values.backend[0]!, Number(values.seconds) / 2);

/** The better of the backends, with one megapixel. NaN where it was not measured: no bound holds then. */
function best(model: string, clients: number, figure: 'perSecond' | 'p50Ms'): number {
  const measured = scenarios.filter((row) => row.model === model && row.clients === clients && row.megapixels === 1);
  const figures = measured.map((row) => row[figure]);
  return figures.length === 0 ? NaN : figure === 'perSecond' ? Math.max(...figures) : Math.min(...figures);
}

const bounds: Bound[] = starts.flatMap(({ model, backend, readyMs, parentMb, workersMb }) => [
  {
    what: `${model}, ${backend}: ready after ${short(readyMs)} ms (at most ${READY_MS[backend]})`,
    holds: readyMs <= READY_MS[backend]!,
  },
  ...(MEMORY_MB[backend]
    ? [
        {
          what: `${model}, ${backend}: ${short(parentMb + workersMb)} MB (at most ${MEMORY_MB[backend]})`,
          holds: parentMb + workersMb <= MEMORY_MB[backend],
        },
      ]
    : []),
]);
for (const model of new Set(scenarios.map((row) => row.model))) {
  const perSecond = best(model, 8, 'perSecond');
  const p50Ms = best(model, 1, 'p50Ms');
  const least = model === MODELS.default ? 50 : 120;
  bounds.push({ what: `${model}: ${short(perSecond)} a second (at least ${least})`, holds: perSecond >= least });
  if (model !== MODELS.default) {
    bounds.push({ what: `${model}: p50 ${short(p50Ms)} ms with one client (at most 12)`, holds: p50Ms <= 12 });
  }
}

/** As `docs/figures.json` has it. @throws Error where a scenario was left out. */
function recorded(): ValuesOf<'service'> {
  const oneOf = <Row extends Start | Scenario>(rows: readonly Row[], wanted: Partial<Row>) => {
    const found = rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key as keyof Row] === value));
    if (!found) throw new Error(`not measured, so nothing is recorded: ${JSON.stringify(wanted)}`);
    return found;
  };
  const scenarioOf = (model: string, backend: string, clients: number, megapixels: number) =>
    oneOf<Scenario>(scenarios, { model, backend, clients, megapixels });
  const speed = ({ model, backend }: Start, megapixels: number) => ({
    oneClientP50Ms: rounded(scenarioOf(model, backend, 1, megapixels).p50Ms),
    eightClientsPerSecond: rounded(scenarioOf(model, backend, 8, megapixels).perSecond),
  });
  const loneRequestMs = (title: ModelTitle) => {
    const { stages, meanMs } = scenarioOf(MODELS[title], 'onnx', 1, 1);
    const [decode, network] = [rounded(stages.decode!), rounded(stages.infer!)];
    return { decode, network, rest: rounded(meanMs - decode - network) };
  };
  const rows = starts.map((start) => ({
    model: titleOf(start.model),
    backend: start.backend as Backend,
    oneMegapixel: speed(start, 1),
    twelveMegapixels: speed(start, 12),
    readySeconds: rounded(start.readyMs / 1000),
    memoryMb: Math.round(start.parentMb + start.workersMb),
  }));
  const { parentMb, workersMb, workers } = oneOf<Start>(starts, { model: MODELS.default, backend: 'wasm' });
  return {
    cores: availableParallelism(),
    workers: Number(values.workers),
    rows,
    loneRequestMs: { default: loneRequestMs('default'), student: loneRequestMs('student') },
    growth,
    defaultOnWasm: { workerMb: Math.round(workersMb / workers), httpMb: Math.round(parentMb) },
  };
}
await finish('service', { starts, scenarios, growth }, bounds, values.record && recorded);
