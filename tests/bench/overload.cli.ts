import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../service-process.ts';
import { answersUnder, isRefusal, outcomesOf } from './load.ts';
import { measuringOptions } from './measuring-options.ts';
import { answersToArrivals } from './open-loop.ts';
import { photoOfSize } from './photo-of-size.ts';
import { finish, percentile, rounded, short } from './report.ts';
import { servedBy, titleOf } from './served-models.ts';

// Ten times the load that the service can take: what it accepts it answers in time, what it does not it refuses at
// once; and when the load is over it is as fast as before.

const values = measuringOptions('overload', {
  seconds: { type: 'string', default: '60', about: 'that the overload goes on' },
  times: { type: 'string', default: '10', about: 'the load that the service can take' },
  backend: { type: 'string', default: 'auto', about: 'that the service computes with' },
  deadline: { type: 'string', default: '2000', about: 'REQUEST_DEADLINE_MS of the service' },
  // More than the service holds requests, so that some are always there to be refused.
  connections: { type: 'string', default: '256', about: 'that requests share' },
});
const deadlineMs = Number(values.deadline);
const REFUSED_WITHIN_MS = 50;
const RECOVERS_WITHIN_MS = 2000;
const CAPACITY_CLIENTS = 8;

const service = await startService({
  INFERENCE_BACKEND: values.backend,
  REQUEST_DEADLINE_MS: values.deadline,
  RATE_LIMIT: '0',
  LOG_LEVEL: 'error',
});
try {
  const { model, backend } = await servedBy(service);
  const photo = await photoOfSize(1);
  const capacityOf = async (seconds: number) => {
    const load = { url: service.url, photo, clients: CAPACITY_CLIENTS, until: { seconds } };
    const { answers, seconds: took } = await answersUnder(load);
    return answers.filter(({ status }) => status === 200).length / took;
  };
  await capacityOf(3);
  const capacity = await capacityOf(10);
  const perSecond = Math.round(capacity * Number(values.times));
  process.stderr.write(`capacity ${short(capacity)} a second; now ${perSecond} for ${values.seconds} s …\n`);
  const { answers, seconds, unanswered, generatorDelay } = await answersToArrivals({
    url: service.url,
    photo,
    perSecond,
    seconds: Number(values.seconds),
    connections: Number(values.connections),
  });
  await sleep(RECOVERS_WITHIN_MS);
  const recovered = await capacityOf(10);

  const refused = answers.filter(isRefusal).map(({ ms }) => ms);
  const accepted = answers.filter((answer) => !isRefusal(answer));
  const acceptedP99 = percentile(
    accepted.map(({ ms }) => ms),
    0.99,
  );
  const refusedP99 = percentile(refused, 0.99);
  const outcomes = outcomesOf(answers);
  const strange = answers.filter(({ status }) => ![200, 503, 504].includes(status)).length + unanswered;
  console.log(outcomes);
  const figures = {
    capacity,
    offered: perSecond,
    sent: answers.length / seconds,
    accepted: accepted.length / seconds,
    acceptedP50: percentile(
      accepted.map(({ ms }) => ms),
      0.5,
    ),
    acceptedP99,
    refusedP50: percentile(refused, 0.5),
    refusedP99,
    recovered,
    outcomes,
    unanswered,
    generatorDelay,
  };
  console.log(figures);
  const bounds = [
    {
      what: `accepted: p99 ${short(acceptedP99)} ms (below the deadline of ${deadlineMs})`,
      holds: acceptedP99 < deadlineMs,
    },
    {
      what: `refused: p99 ${short(refusedP99)} ms (below ${REFUSED_WITHIN_MS})`,
      holds: refusedP99 < REFUSED_WITHIN_MS,
    },
    { what: `${strange} answers other than 200, 503 and 504 (none)`, holds: strange === 0 },
    {
      what: `${short(recovered)} a second ${RECOVERS_WITHIN_MS} ms later (${short(capacity)} before)`,
      holds: recovered >= 0.9 * capacity,
    },
  ];
  const recorded = () => ({
    model: titleOf(model),
    backend,
    capacityPerSecond: rounded(capacity),
    sentPerSecond: rounded(figures.sent),
    answeredPerSecond: rounded(figures.accepted),
    answeredP99Ms: rounded(acceptedP99),
    refusedP99Ms: rounded(refusedP99),
    afterwardsPerSecond: rounded(recovered),
  });
  await finish('overload', figures, bounds, values.record && recorded);
} finally {
  await service.stop();
}
