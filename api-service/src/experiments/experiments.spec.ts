import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { startService, type StartedService } from '../testing/start-service.ts';
import { experimentListSchema } from './experiments.schema.ts';

let service: StartedService;
beforeAll(async () => {
  service = await startService({}, { start: false });
});
afterAll(() => service.stop());

describe('the experiments', () => {
  it('come best first, by the split that models are chosen on', async () => {
    const { body } = await supertest(service.app).get('/api/v1/experiments').expect(200);
    const { experiments } = experimentListSchema.parse(body);
    const scores = experiments.map(({ figures }) => figures.valTop1 ?? -1);
    expect(experiments.length).toBeGreaterThan(0);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('are answered with a problem where they can not be read, and the service lives on', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'experiments-'));
    const broken = path.join(folder, 'leaderboard.json');
    await writeFile(broken, '{');
    const app = createApp({ ...service.parts, config: { ...service.config, LEADERBOARD: broken } });
    await supertest(app)
      .get('/api/v1/experiments')
      .expect(500)
      .expect('Content-Type', /problem\+json/);
    await supertest(app).get('/livez').expect(200);
    await rm(folder, { recursive: true });
  });
});
