import { readFile } from 'node:fs/promises';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';
import { licensedPhoto, startService, type StartedService } from '../testing/start-service.ts';
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
    const app = createApp({ ...service.parts, engine });
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
    const backend = service.engine.status().backend;
    expect(await metric('mushroom_identifications_total', app)).toEqual([
      `mushroom_identifications_total{outcome="identified",backend="${backend}"} 1`,
      `mushroom_identifications_total{outcome="unsupported_photo",backend="${backend}"} 1`,
    ]);
    const stages = (await metric('mushroom_stage_seconds_count', app)).map((line) => /stage="(\w+)"/.exec(line)?.[1]);
    expect(stages).toEqual(['decode', 'queue', 'infer']);
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

  it('show model, backend, workers and queue', async () => {
    const { name, version } = service.parts.served.bundle;
    const backend = service.engine.status().backend;
    expect(await metric('mushroom_model_info')).toEqual([
      `mushroom_model_info{name="${name}",version="${version}",backend="${backend}"} 1`,
    ]);
    expect(await metric('mushroom_inference_workers')).toContain(
      `mushroom_inference_workers{state="ready",backend="${backend}"} 1`,
    );
    expect(await metric('mushroom_inference_queue_depth')).toEqual(['mushroom_inference_queue_depth 0']);
  });
});
