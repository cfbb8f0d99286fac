import { parseArgs } from 'node:util';
import { startService } from '../service-process.ts';
import { answersUnder, outcomesOf } from './load.ts';
import { photoOfSize } from './photo-of-size.ts';
import { finish, percentile, printTable, short } from './report.ts';
import { metricsOf, total } from './service-metrics.ts';
import { processesOf } from './service-processes.ts';

// What grows with the number of requests: memory, tensors, latency.

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    clients: { type: 'string', default: '8' },
    backend: { type: 'string', multiple: true, default: ['native', 'wasm'] },
  },
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

async function soak(backend: string) {
  const service = await startService({ INFERENCE_BACKEND: backend, RATE_LIMIT: '0', LOG_LEVEL: 'error' });
  try {
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
    return { readings, answers, unanswered, restarts };
  } finally {
    await service.stop();
  }
}

const reports = [];
for (const backend of values.backend) {
  const { readings, answers, unanswered, restarts } = await soak(backend);
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
  reports.push({
    backend,
    outcomes: { ...outcomesOf(answers), unanswered } as Record<string, number>,
    restarts,
    parentMb: [around('parentMb'), atEnd('parentMb')],
    workersMb: [around('workersMb'), atEnd('workersMb')],
    tensors: [around('tensors'), atEnd('tensors')],
    p50Ms: [p50(settled / 2, settled * 1.5), p50(requests - settled, requests)],
    readings,
  });
}

const growth = ([before, after]: number[]) => `${short(before!)} → ${short(after!)}`;
printTable(
  ['backend', 'parent MB', 'workers MB', 'tensors', 'p50 ms', 'restarts', 'answers'],
  reports.map(({ backend, parentMb, workersMb, tensors, p50Ms, restarts, outcomes }) => [
    backend,
    ...[parentMb, workersMb, tensors, p50Ms].map(growth),
    String(restarts),
    JSON.stringify(outcomes),
  ]),
);
await finish(
  'soak',
  { requests, reports },
  reports.flatMap(({ backend, parentMb, workersMb, tensors, outcomes }) => [
    ...Object.entries({ parent: parentMb, workers: workersMb }).map(([who, megabytes]) => ({
      what: `${backend}: memory of the ${who} ${growth(megabytes)} MB (at most a tenth more)`,
      holds: megabytes[1]! <= megabytes[0]! * MOST_GROWTH,
    })),
    { what: `${backend}: tensors ${growth(tensors)} (constant)`, holds: tensors[0] === tensors[1] },
    { what: `${backend}: every request succeeded`, holds: outcomes['200'] === requests },
  ]),
);
