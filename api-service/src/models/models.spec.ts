import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { startService, type StartedService } from '../testing/start-service.ts';
import { modelListSchema, modelVersionSchema } from './models.schema.ts';

let service: StartedService;
let address: string;
beforeAll(async () => {
  service = await startService({}, { start: false });
  const { name, version } = service.parts.served.bundle;
  address = `/api/v1/models/${name}/versions/${version}`;
});
afterAll(() => service.stop());

describe('the models', () => {
  it('are listed with their versions, and which of them is served', async () => {
    const { body } = await supertest(service.app).get('/api/v1/models');
    const { models } = modelListSchema.parse(body);
    const served = models.flatMap(({ versions }) => versions.filter((version) => version.served));
    expect(served.map(({ url }) => url)).toEqual([address]);
  });

  it('tell what a version is made of and how well it does', async () => {
    const { body } = await supertest(service.app).get(address);
    const version = modelVersionSchema.parse(body);
    expect(version.served).toBe(true);
    expect(version.labels.length).toBeGreaterThan(100);
    expect(version.evaluation).toBeTypeOf('object');
    expect(version.modelCard).toContain('#');
  });

  it('show the plots of the evaluation', async () => {
    const { body } = await supertest(service.app).get(address);
    expect(body.plots.length).toBeGreaterThan(0);
    for (const { url } of body.plots) {
      const response = await supertest(service.app).get(url);
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toMatch(/^image\//);
    }
  });

  it.each([
    '/api/v1/models/nothing/versions/1',
    '/api/v1/models/mushroom-classifier/versions/9999',
    '/api/v1/models/mushroom-classifier/versions/latest',
    '/api/v1/models/..%2f..%2fsrc/versions/1',
  ])('are not found at %s', async (other) => {
    expect((await supertest(service.app).get(other)).body).toMatchObject({ code: 'model_not_found', status: 404 });
  });

  it.each(['bundle.json', '..%2fbundle.json', 'nothing.svg'])('do not give %s out as a plot', async (file) => {
    expect((await supertest(service.app).get(`${address}/plots/${file}`)).status).toBe(404);
  });

  it('give out every file of a version, as the bundle’s checksums name it, to be kept for ever', async () => {
    const { bundle } = service.parts.served;
    for (const [file, { sha256 }] of Object.entries(bundle.files)) {
      const response = await supertest(service.app).get(`${address}/files/${file}`).responseType('blob');
      expect(response.status, file).toBe(200);
      expect(createHash('sha256').update(response.body).digest('hex'), file).toBe(sha256);
      expect(response.headers['cache-control']).toContain('immutable');
    }
    const response = await supertest(service.app).get(`${address}/files/bundle.json`);
    expect(response.body).toEqual(bundle);
  });

  it.each(['nothing.json', 'graph', '..%2f..%2f..%2fspecies.csv', 'graph/..%2f..%2fbundle.json', 'toString'])(
    'do not give %s out, which no bundle lists',
    async (file) => {
      const response = await supertest(service.app).get(`${address}/files/${file}`);
      expect(response.body).toMatchObject({ code: 'not_found', status: 404 });
    },
  );

  it('that are broken or half written do not keep the others from being shown', async () => {
    const registry = await mkdtemp(path.join(tmpdir(), 'registry-'));
    try {
      const { name, version } = service.parts.served.bundle;
      await cp(service.parts.served.stable.directory, path.join(registry, name, version), { recursive: true });
      await mkdir(path.join(registry, name, '8'));
      await mkdir(path.join(registry, name, '9'));
      await writeFile(path.join(registry, name, '9', 'bundle.json'), '{');
      const app = createApp({ ...service.parts, config: { ...service.config, MODEL_REGISTRY: registry } });
      const { body } = await supertest(app).get('/api/v1/models');
      expect(body.models[0].versions.map((entry: { version: string }) => entry.version)).toEqual([version, '9']);
      expect((await supertest(app).get(address)).status).toBe(200);
      const broken = await supertest(app).get(`/api/v1/models/${name}/versions/9`);
      expect(broken.body).toMatchObject({ code: 'internal', status: 500 });
      expect(broken.text).not.toContain(registry);
    } finally {
      await rm(registry, { recursive: true });
    }
  });
});
