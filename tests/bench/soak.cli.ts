import { startService } from '../service-process.ts';
import { answersUnder, outcomesOf } from './load.ts';
import { measuringOptions } from './measuring-options.ts';
import { photoOfSize } from './photo-of-size.ts';
import { finish, percentile, printTable, short } from './report.ts';
import { MODELS, servedBy, titleOf } from './served-models.ts';
import { metricsOf, total } from './service-metrics.ts';
import { processesOf } from './service-processes.ts';

// What grows with the number of requests: memory, tensors, latency.

const values = measuringOptions('soak', {
  requests: { type: 'string', default: '20000', about: 'to each service' },
  clients: { type: 'string', default: '8', about: 'that ask at once' },
  backend: { type: 'string', multiple: true, default: ['onnx', 'wasm'], about: 'that a service computes with' },
  model: { type: 'string', about: 'of models/registry; the default on native and the student on wasm where not given' },
});
const requests = Number(values.requests);
/** By then caches are full and code is compiled: what is compared with the end. */
const settled = requests / 10;
const MOST_GROWTH = 1.1;

interface Reading {
  answered: number;
  parentMb: number;
  workersMb: number;
  tensors: number;
}

/** Around the first tenth of the requests, and of the last. */
type FirstAndLast = [number, number];

async function soak(choice: string) {
  const service = await startService({
    MODEL_NAME: values.model ?? (choice === 'wasm' ? MODELS.student : MODELS.default),
    INFERENCE_BACKEND: choice,
    RATE_LIMIT: '0',
    LOG_LEVEL: 'error',
  });
  try {
    const { model, backend } = await servedBy(service);
    const readings: Reading[] = [];
    let reading = Promise.resolve();
    const read = async (answered: number) => {
      const [{ parent, workers }, metrics] = await Promise.all([processesOf(service), metricsOf(service)]);
      readings.push({
        answered,
        parentMb: parent.megabytes,
        workersMb: workers.reduce((sum, { megabytes }) => sum + megabytes, 0),
        // A SavedModel keeps its weights to itself: none may be left between two requests.
        tensors: total(metrics, 'mushroom_inference_worker_tensors'),
      });
    };
    const step = Math.ceil(requests / 200);
    const { answers, unanswered } = await answersUnder({
      url: service.url,
      photo: await photoOfSize(1),
      clients: Number(values.clients),
      until: { requests },
      onAnswer: (_answer, answered) => {
        if (answered % step === 0) reading = reading.then(() => read(answered));
        if (answered % (step * 10) === 0) process.stderr.write(`\r${backend}: ${answered} of ${requests} `);
      },
    });
    await reading;
    process.stderr.write('\n');
    // Counted from the first on: none, no sample.
    const restarts = total(await metricsOf(service), 'mushroom_inference_worker_restarts_total') || 0;
    return { model, backend, readings, answers, unanswered, restarts };
  } finally {
    await service.stop();
  }
}

async function reportOn(choice: string) {
  const { model, backend, readings, answers, unanswered, restarts } = await soak(choice);
  // Memory saws as garbage is collected: the median of a tenth of the requests, around the mark and before the end.
  const median = (figure: keyof Reading, from: number, to: number) =>
    percentile(
      readings.filter(({ answered }) => answered > from && answered <= to).map((reading) => reading[figure]),
      0.5,
    );
  const around = (figure: keyof Reading) => median(figure, settled / 2, settled * 1.5);
  const atEnd = (figure: keyof Reading) => median(figure, requests - settled, requests);
  const p50 = (from: number, to: number) =>
    percentile(
      answers.slice(from, to).map(({ ms }) => ms),
      0.5,
    );
  return {
    model,
    backend,
    outcomes: { ...outcomesOf(answers), unanswered } as Record<string, number>,
    restarts,
    parentMb: [around('parentMb'), atEnd('parentMb')] as FirstAndLast,
    workersMb: [around('workersMb'), atEnd('workersMb')] as FirstAndLast,
    tensors: [around('tensors'), atEnd('tensors')] as FirstAndLast,
    p50Ms: [p50(settled / 2, settled * 1.5), p50(requests - settled, requests)] as FirstAndLast,
    readings,
  };
}

const reports: Awaited<ReturnType<typeof reportOn>>[] = [];
for (const choice of values.backend) reports.push(await reportOn(choice));

const growth = ([before, after]: FirstAndLast) => `${short(before)} → ${short(after)}`;
printTable(
  ['model', 'backend', 'parent MB', 'workers MB', 'tensors', 'p50 ms', 'restarts', 'answers'],
  reports.map(({ model, backend, parentMb, workersMb, tensors, p50Ms, restarts, outcomes }) => [
    model,
    backend,
    ...[parentMb, workersMb, tensors, p50Ms].map(growth),
    String(restarts),
    JSON.stringify(outcomes),
  ]),
);
const bounds = reports.flatMap(({ backend, parentMb, workersMb, tensors, outcomes }) => [
  ...Object.entries({ parent: parentMb, workers: workersMb }).map(([who, megabytes]) => ({
    what: `${backend}: memory of the ${who} ${growth(megabytes)} MB (at most a tenth more)`,
    holds: megabytes[1] <= megabytes[0] * MOST_GROWTH,
  })),
  { what: `${backend}: tensors ${growth(tensors)} (constant)`, holds: tensors[0] === tensors[1] },
  { what: `${backend}: every request succeeded`, holds: outcomes['200'] === requests },
]);
const whole = (figure: FirstAndLast) => figure.map(Math.round) as FirstAndLast;
const recorded = () => ({
  requests,
  rows: reports.map(({ model, backend, parentMb, workersMb, tensors, p50Ms }) => ({
    model: titleOf(model),
    backend,
    httpMb: whole(parentMb),
    workersMb: whole(workersMb),
    tensors,
    p50Ms: whole(p50Ms),
  })),
});
await finish('soak', { requests, reports }, bounds, values.record && recorded);
