import { readFile } from 'node:fs/promises';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';
import { licensedPhoto, startService, withEngine, type StartedService } from '../testing/start-service.ts';
import { readinessSchema } from './operations.schema.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let service: StartedService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const get = (path: string, app = service.app) => supertest(app).get(path);

/** The lines of a metric, without comments. */
async function metric(name: string, app = service.app): Promise<string[]> {
  const { text } = await get('/metrics', app);
  return text.split('\n').filter((line) => line.startsWith(name));
}

/**
 * The engine's status, and the metrics that were read off the same one. A worker reports its memory and tensors with each
 * pong, so one may come between two looks: under load it does, and on wasm the figures then differ.
 */
async function statusWithMetrics() {
  for (;;) {
    const before = service.engine.status();
    const { text } = await get('/metrics');
    if (JSON.stringify(service.engine.status()) !== JSON.stringify(before)) continue;
    const all = text.split('\n');
    return { ...before, lines: (name: string) => all.filter((line) => line.startsWith(name)) };
  }
}

describe('the probes', () => {
  it('say which model and backend serve', async () => {
    const response = await get('/readyz');
    expect(response.status).toBe(200);
    const { name, version } = service.parts.served.bundle;
    expect(readinessSchema.parse(response.body)).toMatchObject({
      status: 'ready',
      model: { name, version },
      backend: service.engine.status().backend,
      workers: { ready: 1, total: 1 },
    });
  });

  it('say alive, but neither started nor ready, while the model loads', async () => {
    const starting = await startService({}, { start: false });
    expect((await get('/livez', starting.app)).status).toBe(200);
    for (const probe of ['/startupz', '/readyz']) {
      const response = await get(probe, starting.app);
      expect(response.status).toBe(503);
      expect(response.body).toMatchObject({ status: 'starting', backend: null });
    }
    await starting.stop();
  });

  it('say alive and started, but not ready, while the service stops, and close connections', async () => {
    const app = createApp({ ...service.parts, lifecycle: { draining: true } });
    expect((await get('/livez', app)).status).toBe(200);
    expect((await get('/startupz', app)).status).toBe(200);
    const response = await get('/readyz', app);
    expect(response.status).toBe(503);
    expect(response.body.status).toBe('draining');
    expect(response.headers.connection).toBe('close');
  });

  it('say not ready while a dead worker is replaced', async () => {
    const status = { ...service.engine.status(), state: 'recovering' as const, ready: [] };
    const engine = { status: () => status, classify: service.engine.classify.bind(service.engine) };
    const app = createApp(await withEngine(service, engine));
    expect((await get('/readyz', app)).status).toBe(503);
    expect((await get('/startupz', app)).status).toBe(200);
    expect((await get('/livez', app)).status).toBe(200);
  });
});

describe('the metrics', () => {
  it('count identifications by outcome, and the time of each stage', async () => {
    const app = createApp(service.parts);
    const photo = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
    await supertest(app).post('/api/v1/identifications').attach('image', photo, 'photo.jpg');
    await supertest(app).post('/api/v1/identifications').attach('image', Buffer.from('x'), 'photo.jpg');
    expect(await metric('mushroom_identifications_total', app)).toEqual([
      'mushroom_identifications_total{outcome="answered",reason="identified"} 1',
      'mushroom_identifications_total{outcome="rejected",reason="unsupported_photo"} 1',
    ]);
    const stages = (await metric('mushroom_stage_seconds_count', app)).map((line) => /stage="(\w+)"/.exec(line)?.[1]);
    expect(stages).toEqual(['upload', 'decode', 'queue', 'infer', 'decide']);
    expect(await metric('mushroom_identifications_in_flight', app)).toEqual(['mushroom_identifications_in_flight 0']);
  });

  it('tell what answers are like, by model version, for who watches whether photos change', async () => {
    const app = createApp(service.parts);
    const photo = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
    const { body } = await supertest(app).post('/api/v1/identifications').attach('image', photo, 'photo.jpg');
    const model = `model="${body.model.name}",version="${body.model.version}"`;
    expect(await metric('mushroom_answers_total', app)).toEqual([
      `mushroom_answers_total{decision="${body.decision}",verdict="${body.toxicity.verdict}",${model}} 1`,
    ]);
    const [score] = await metric('mushroom_best_score_sum', app);
    expect(score).toBe(`mushroom_best_score_sum{${model}} ${body.candidates[0].score}`);
    const [risk] = await metric('mushroom_risk_sum', app);
    expect(risk).toBe(`mushroom_risk_sum{${model}} ${body.toxicity.risk}`);
  });

  it('count requests by route, never by address, and no probes', async () => {
    const app = createApp(service.parts);
    await get('/api/v1/species/amanita-muscaria', app);
    await get('/api/v1/species/amanita-phalloides', app);
    await get('/somewhere/else', app);
    await get('/livez', app);
    await get('/readyz', app);
    expect(await metric('http_requests_total', app)).toEqual([
      'http_requests_total{method="GET",route="/api/v1/species/:slug",status="200"} 2',
      'http_requests_total{method="GET",route="other",status="404"} 1',
    ]);
  });

  it('show each model that is loaded, its backend, workers and queue', async () => {
    const { name, version } = service.parts.served.bundle;
    const model = `model="${name}",version="${version}"`;
    const { backend, processes, lines } = await statusWithMetrics();
    expect(lines('mushroom_model_info')).toEqual([`mushroom_model_info{${model},backend="${backend}"} 1`]);
    expect(lines('mushroom_inference_workers')).toContain(`mushroom_inference_workers{${model},state="idle"} 1`);
    expect(lines('mushroom_inference_queue_depth')).toEqual([`mushroom_inference_queue_depth{${model}} 0`]);
    expect(lines('mushroom_inference_in_flight')).toEqual([`mushroom_inference_in_flight{${model}} 0`]);
    const [memory] = lines('mushroom_inference_worker_memory_bytes');
    expect(memory).toBe(`mushroom_inference_worker_memory_bytes{${model},worker="0"} ${processes[0]!.memory}`);
    expect(processes[0]!.memory).toBeGreaterThan(0);
    // None where TensorFlow itself holds the network.
    const [tensors] = lines('mushroom_inference_worker_tensors');
    expect(tensors).toBe(`mushroom_inference_worker_tensors{${model},worker="0"} ${processes[0]!.tensors}`);
  });
});
