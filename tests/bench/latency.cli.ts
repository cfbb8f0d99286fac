import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { repository, startService } from '../service-process.ts';

// How long one person waits for an answer: the built service, one request at a time, with each backend.

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200' },
    'warm-up': { type: 'string', default: '20' },
    backend: { type: 'string', multiple: true, default: ['native', 'wasm'] },
    out: { type: 'string', default: path.join(repository, '.build/latency.json') },
  },
});

interface Timings {
  decodeMs: number;
  inferMs: number;
}

interface Measurement {
  backend: string;
  requests: number;
  p50Ms: number;
  p99Ms: number;
  /** Medians of the stages, as the service reports them. */
  stages: Timings;
}

/** The nearest-rank percentile: a latency that a request really had. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]! * 10) / 10;
}

/** A JPEG of one megapixel: a licensed photo, enlarged. */
async function onePhoto(): Promise<Uint8Array<ArrayBuffer>> {
  const photo = await readFile(FLY_AGARIC);
  const { width, height } = await sharp(photo).metadata();
  const scale = Math.sqrt(1_000_000 / (width * height));
  const enlarged = sharp(photo).resize(Math.round(width * scale), Math.round(height * scale));
  return new Uint8Array(await enlarged.jpeg({ quality: 90 }).toBuffer());
}

async function measure(backend: string, photo: Uint8Array<ArrayBuffer>): Promise<Measurement> {
  const service = await startService({ INFERENCE_BACKEND: backend, RATE_LIMIT: '0', LOG_LEVEL: 'error' });
  try {
    const requests = Number(values.requests);
    const times: number[] = [];
    const timings: Timings[] = [];
    for (let i = -Number(values['warm-up']); i < requests; i++) {
      const form = new FormData();
      form.append('image', new Blob([photo], { type: 'image/jpeg' }), 'photo.jpg');
      const started = performance.now();
      const response = await fetch(`${service.url}/api/v1/identifications`, { method: 'POST', body: form });
      const answer = (await response.json()) as { timings: Timings };
      if (!response.ok) throw new Error(`the service answered ${response.status}: ${JSON.stringify(answer)}`);
      if (i < 0) continue;
      times.push(performance.now() - started);
      timings.push(answer.timings);
    }
    return {
      backend,
      requests,
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
      stages: {
        decodeMs: percentile(
          timings.map(({ decodeMs }) => decodeMs),
          0.5,
        ),
        inferMs: percentile(
          timings.map(({ inferMs }) => inferMs),
          0.5,
        ),
      },
    };
  } finally {
    await service.stop();
  }
}

const photo = await onePhoto();
const measurements: Measurement[] = [];
for (const backend of values.backend) {
  process.stderr.write(`${backend}: ${values.requests} requests, one at a time …\n`);
  measurements.push(await measure(backend, photo));
}

const machine = `${availableParallelism()} × ${cpus()[0]!.model}`;
await mkdir(path.dirname(values.out), { recursive: true });
const report = { machine, node: process.version, photoBytes: photo.length, measurements };
await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);

console.log('| backend | p50 | p99 | of which decoding | of which inference |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const { backend, p50Ms, p99Ms, stages } of measurements) {
  console.log(`| ${backend} | ${p50Ms} ms | ${p99Ms} ms | ${stages.decodeMs} ms | ${stages.inferMs} ms |`);
}
console.log(`\n${machine}, Node ${process.version}; a JPEG of ${Math.round(photo.length / 1024)} KB.`);
