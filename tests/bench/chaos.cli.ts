import { startService } from '../service-process.ts';
import { answersUnder, isRefusal, outcomesOf } from './load.ts';
import { measuringOptions } from './measuring-options.ts';
import { photoOfSize } from './photo-of-size.ts';
import { finish, short } from './report.ts';
import { servedBy, titleOf } from './served-models.ts';
import { processesOf } from './service-processes.ts';

// A worker dies every second: clients are told to come back at worst, and what was accepted is answered.

const values = measuringOptions('chaos', {
  seconds: { type: 'string', default: '60', about: 'that it goes on' },
  clients: { type: 'string', default: '8', about: 'that ask at once' },
  // Clients that are told to come back do not ask again at once.
  rate: { type: 'string', default: '24', about: 'requests per second of all clients' },
  backend: { type: 'string', default: 'auto', about: 'that the service computes with' },
  workers: { type: 'string', about: 'INFERENCE_WORKERS; the choice of the service where not given' },
});
const LEAST_SUCCESS = 0.99;

const service = await startService({
  INFERENCE_BACKEND: values.backend,
  ...(values.workers ? { INFERENCE_WORKERS: values.workers } : {}),
  RATE_LIMIT: '0',
  LOG_LEVEL: 'fatal',
});
const { model, backend } = await servedBy(service);
let killed = 0;
let killing = Promise.resolve();
const kill = async () => {
  const { workers } = await processesOf(service);
  // In turn, so that no worker is left alone.
  const victim = workers[killed % workers.length];
  if (!victim) return;
  process.kill(victim.pid, 'SIGKILL');
  killed++;
};
const timer = setInterval(() => {
  // A worker may end between being seen and being killed.
  killing = killing.then(kill).catch(() => {});
}, 1000);
try {
  const { answers, unanswered } = await answersUnder({
    url: service.url,
    photo: await photoOfSize(1),
    clients: Number(values.clients),
    until: { seconds: Number(values.seconds) },
    perSecond: Number(values.rate),
  });
  clearInterval(timer);
  await killing;
  const accepted = answers.filter((answer) => !isRefusal(answer));
  const succeeded = accepted.filter(({ status }) => status === 200).length;
  const strange = answers.filter(({ status }) => ![200, 503, 504].includes(status)).length + unanswered;
  const outcomes = outcomesOf(answers);
  const figures = { killed, outcomes, unanswered, accepted: accepted.length, succeeded };
  console.log(figures);
  const bounds = [
    { what: `${killed} workers killed`, holds: killed >= Number(values.seconds) / 2 },
    { what: `${strange} answers other than 200, 503 and 504 (none)`, holds: strange === 0 },
    {
      what: `${short((100 * succeeded) / accepted.length)} % of what was accepted succeeded (at least 99 %)`,
      holds: succeeded >= LEAST_SUCCESS * accepted.length,
    },
  ];
  const requests = answers.length + unanswered;
  const recorded = () => ({ model: titleOf(model), backend, killed, requests, answered: succeeded });
  await finish('chaos', figures, bounds, values.record && recorded);
} finally {
  clearInterval(timer);
  await service.stop();
}
