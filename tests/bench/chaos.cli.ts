import { parseArgs } from 'node:util';
import { startService } from '../service-process.ts';
import { answersUnder, isRefusal, outcomesOf } from './load.ts';
import { photoOfSize } from './photo-of-size.ts';
import { finish, short } from './report.ts';
import { processesOf } from './service-processes.ts';

// A worker dies every second: clients are told to come back at worst, and what was accepted is answered.

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '8' },
    /** Requests a second: clients that are told to come back do not ask again at once. */
    rate: { type: 'string', default: '24' },
    backend: { type: 'string', default: 'auto' },
    /** INFERENCE_WORKERS of the service; its own choice where not given. */
    workers: { type: 'string' },
  },
});
const LEAST_SUCCESS = 0.99;

const service = await startService({
  INFERENCE_BACKEND: values.backend,
  ...(values.workers ? { INFERENCE_WORKERS: values.workers } : {}),
  RATE_LIMIT: '0',
  LOG_LEVEL: 'fatal',
});
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
  await finish('chaos', figures, [
    { what: `${killed} workers killed`, holds: killed >= Number(values.seconds) / 2 },
    { what: `${strange} answers other than 200, 503 and 504 (none)`, holds: strange === 0 },
    {
      what: `${short((100 * succeeded) / accepted.length)} % of what was accepted succeeded (at least 99 %)`,
      holds: succeeded >= LEAST_SUCCESS * accepted.length,
    },
  ]);
} finally {
  clearInterval(timer);
  await service.stop();
}
