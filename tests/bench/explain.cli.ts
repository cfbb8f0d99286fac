import type { Backend } from '@mushroom/api-service/inference/backends';
import { startService, type ServiceProcess } from '../service-process.ts';
import { measuringOptions } from './measuring-options.ts';
import { photoOfSize } from './photo-of-size.ts';
import { finish, percentile, printTable, rounded, short, type Bound } from './report.ts';
import { servedBy, titleOf } from './served-models.ts';

// What it costs to ask where the model looked: the same photo with and without `explain=1`, in turn, so that whatever
// else the machine does is shared by both. One client; the answer's time is measured where the client is.

const values = measuringOptions('explanation', {
  pairs: { type: 'string', default: '100', about: 'of requests that are measured' },
  backend: { type: 'string', multiple: true, default: ['onnx', 'wasm'], about: 'that the service computes with' },
  megapixels: { type: 'string', default: '1', about: 'of the photo' },
});

const WARM_UP_PAIRS = 10;
/** What an answer may take longer, as a share. */
const BOUND = 0.15;

const photo = await photoOfSize(Number(values.megapixels));

async function msOf({ url }: ServiceProcess, query: string): Promise<number> {
  const form = new FormData();
  form.append('image', new Blob([photo], { type: 'image/jpeg' }), 'photo.jpg');
  const started = performance.now();
  const response = await fetch(`${url}/api/v1/identifications${query}`, { method: 'POST', body: form });
  const answer = (await response.json()) as { photos: { explanation?: unknown }[] };
  const ms = performance.now() - started;
  const isExplained = answer.photos?.[0]?.explanation !== undefined;
  if (response.status !== 200 || isExplained !== (query !== ''))
    throw new Error(`answered ${response.status} to "${query}"`);
  return ms;
}

interface Scenario {
  model: string;
  backend: Backend;
  plainMs: number;
  explainedMs: number;
  extra: number;
}

const scenarios: Scenario[] = [];
for (const backend of values.backend) {
  process.stderr.write(`${backend} …\n`);
  const service = await startService({
    INFERENCE_BACKEND: backend,
    INFERENCE_WORKERS: '1',
    RATE_LIMIT: '0',
    LOG_LEVEL: 'error',
  });
  try {
    const plain: number[] = [];
    const explained: number[] = [];
    for (let pair = -WARM_UP_PAIRS; pair < Number(values.pairs); pair++) {
      const [a, b] = [await msOf(service, ''), await msOf(service, '?explain=1')];
      if (pair < 0) continue;
      plain.push(a);
      explained.push(b);
    }
    const [plainMs, explainedMs] = [percentile(plain, 0.5), percentile(explained, 0.5)];
    scenarios.push({ ...(await servedBy(service)), plainMs, explainedMs, extra: explainedMs / plainMs - 1 });
  } finally {
    await service.stop();
  }
}

const percent = (share: number) => `${short(share * 100)} %`;
printTable(
  ['backend', 'p50 ms', 'p50 ms explained', 'more'],
  scenarios.map(({ backend, plainMs, explainedMs, extra }) => [
    backend,
    short(plainMs),
    short(explainedMs),
    percent(extra),
  ]),
);
const bounds: Bound[] = scenarios.map(({ backend, extra }) => ({
  what: `${backend}: an explained answer takes ${percent(extra)} longer (at most ${percent(BOUND)})`,
  holds: extra <= BOUND,
}));
const [pairs, megapixels] = [Number(values.pairs), Number(values.megapixels)];
const recorded = () => ({
  model: titleOf(scenarios[0]!.model),
  pairs,
  rows: scenarios.map(({ backend, plainMs, explainedMs }) => ({
    backend,
    withoutMs: rounded(plainMs),
    withMs: rounded(explainedMs),
  })),
});
await finish('explanation', { megapixels, pairs, scenarios }, bounds, values.record && recorded);
