import type { ValuesOf } from '../documents/figures.schema.ts';
import { startService } from '../service-process.ts';
import { answersUnder } from './load.ts';
import { photoOfSize } from './photo-of-size.ts';
import { percentile, printTable, rounded, short } from './report.ts';
import { uploadOf } from './upload.ts';

// How the cost of an answer grows: one thing at a time is changed, the others stay as they are at the foot.

/** What the service is asked, and how it is set up. */
interface Scenario {
  photos: number;
  megapixels: number;
  clients: number;
  workers: number;
}

const FOOT: Scenario = { photos: 1, megapixels: 1, clients: 8, workers: 2 };

const STEPS: Record<keyof Scenario, number[]> = {
  photos: [1, 2, 3, 4, 5],
  megapixels: [0.3, 1, 12, 40],
  clients: [1, 2, 4, 8, 16],
  workers: [1, 2],
};

export type Growth = ValuesOf<'service'>['growth'];

const WARM_UP_SECONDS = 2;
const WARM_ANSWERS = 30;

/** The first answer of a service that has just become ready, and the median of later ones, of one client. */
async function coldAndWarm(environment: Record<string, string>): Promise<Growth['firstAnswerMs']> {
  const service = await startService(environment);
  try {
    const { url, contentType, body } = await uploadOf(service.url, await photoOfSize(FOOT.megapixels));
    const times: number[] = [];
    while (times.length <= WARM_ANSWERS) {
      const asked = performance.now();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: new Uint8Array(body),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`the service answered ${response.status}`);
      times.push(performance.now() - asked);
    }
    const [cold, ...warm] = times;
    return { cold: rounded(cold!), warm: rounded(percentile(warm, 0.5)) };
  } finally {
    await service.stop();
  }
}

/**
 * Measures a model on a backend in every scenario, and prints the table.
 * @param seconds that each scenario goes on.
 * @throws Error where a request is not answered 200.
 */
export async function measureGrowth(model: string, backend: string, seconds: number): Promise<Growth> {
  const rows: Growth['rows'] = [];
  const environment = { MODEL_NAME: model, INFERENCE_BACKEND: backend, RATE_LIMIT: '0', LOG_LEVEL: 'error' };
  for (const changed of Object.keys(STEPS) as (keyof Scenario)[]) {
    for (const value of STEPS[changed]) {
      const scenario = { ...FOOT };
      scenario[changed] = value;
      const { photos, megapixels, clients, workers } = scenario;
      process.stderr.write(`${model}, ${backend}, ${changed}: ${value} …\n`);
      const service = await startService({ ...environment, INFERENCE_WORKERS: String(workers) });
      try {
        const load = { url: service.url, photo: await photoOfSize(megapixels), photos, clients };
        await answersUnder({ ...load, until: { seconds: WARM_UP_SECONDS } });
        const { answers, seconds: took, unanswered } = await answersUnder({ ...load, until: { seconds } });
        if (unanswered > 0 || answers.some(({ status }) => status !== 200)) {
          throw new Error(`not every request succeeded with ${value} ${changed}`);
        }
        const p50 = percentile(
          answers.map(({ ms }) => ms),
          0.5,
        );
        rows.push({ changed, value, perSecond: rounded(answers.length / took), p50Ms: rounded(p50) });
      } finally {
        await service.stop();
      }
    }
  }
  const firstAnswerMs = await coldAndWarm(environment);
  console.log(`\nHow it grows: ${model}, ${backend}; ${JSON.stringify(FOOT)} but for what is named`);
  printTable(
    ['changed', 'to', 'a second', 'p50 ms'],
    rows.map(({ changed, value, perSecond, p50Ms }) => [changed, String(value), short(perSecond), short(p50Ms)]),
  );
  console.log(`first answer ${short(firstAnswerMs.cold)} ms, later ones ${short(firstAnswerMs.warm)} ms`);
  return { rows, firstAnswerMs };
}
