import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';
import { startService, type StartedService } from '../testing/start-service.ts';
import { TemporaryRegistry } from '../testing/temporary-registry.ts';
import { createAdminApp } from './admin.ts';
import { modelStatusSchema } from './admin.schema.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const TOKEN = 'a-token-of-some-length';
const MODEL = '/admin/v1/models/mushroom-student';

let registry: TemporaryRegistry;
let service: StartedService;
beforeAll(async () => {
  registry = await TemporaryRegistry.create(['1', '2']);
  await registry.label({ stable: '1' });
  service = await startService({
    MODEL_REGISTRY: registry.directory,
    MODEL_NAME: registry.name,
    INFERENCE_BACKEND: 'wasm',
    ADMIN_PORT: 1,
    ADMIN_TOKEN: TOKEN,
  });
});
afterAll(async () => {
  await service.stop();
  await registry.remove();
});

const admin = () => supertest(createAdminApp(service.parts));
const get = (path: string) => admin().get(path).set('Authorization', `Bearer ${TOKEN}`);
const post = (path: string) => admin().post(path).set('Authorization', `Bearer ${TOKEN}`);

describe('an operator', () => {
  it('sees which versions are loaded, by which labels, and in which state', async () => {
    const { status, body } = await get('/admin/v1/models');
    expect(status).toBe(200);
    const [model] = body.models.map((one: unknown) => modelStatusSchema.parse(one));
    expect(model).toMatchObject({
      name: 'mushroom-student',
      pinned: false,
      labels: { stable: '1' },
      loaded: [{ version: '1', labels: ['stable'], state: 'ready', workers: { ready: 1, total: 1 }, requests: 0 }],
      refused: [],
    });
    expect((await get(MODEL)).body).toEqual(body.models[0]);
  });

  it('moves an alias, and back, by its former name too', async () => {
    const moved = await post(`${MODEL}/aliases`).send({ alias: 'stable', version: '2' });
    expect(moved.status).toBe(200);
    expect(modelStatusSchema.parse(moved.body)).toMatchObject({ labels: { stable: '2' }, previous: '1' });
    const { body } = await supertest(service.app).get('/api/v1/models');
    expect(body.models[0].versions).toMatchObject([
      { version: '1', served: false, loaded: true, versionLabels: [] },
      { version: '2', served: true, loaded: true, versionLabels: ['stable'] },
    ]);
    const back = await post(`${MODEL}/labels`).send({ label: 'stable', version: '1' });
    expect(back.body).toMatchObject({ labels: { stable: '1' }, previous: '2' });
  });

  it('has the registry looked at, and learns what is refused and why', async () => {
    await registry.add('3', 'truncated');
    await registry.label({ stable: '1', canary: '3' });
    const { status, body } = await post(`${MODEL}/reload`);
    expect(status).toBe(200);
    expect(modelStatusSchema.parse(body).refused).toMatchObject([{ subject: '3', reason: 'checksum' }]);
    const { text } = await supertest(service.app).get('/metrics');
    expect(text).toContain('mushroom_model_refusals_total{model="mushroom-student",reason="checksum"} 1');
    expect(text).toContain('mushroom_model_label{model="mushroom-student",label="stable",version="1"} 1');
    await registry.label({ stable: '1' });
  });

  it.each([
    ['model_not_found', 404, `${MODEL}/aliases`, { alias: 'stable', version: '77' }],
    ['model_not_found', 404, '/admin/v1/models/other/aliases', { alias: 'stable', version: '1' }],
    ['version_refused', 422, `${MODEL}/aliases`, { alias: 'stable', version: '3' }],
    ['label_not_served', 409, `${MODEL}/aliases`, { alias: 'nightly', version: '1' }],
    ['invalid_field', 400, `${MODEL}/aliases`, { alias: 'stable', version: 'latest' }],
    ['invalid_field', 400, `${MODEL}/aliases`, { alias: 'stable', version: '1', more: true }],
    ['upload_too_large', 413, `${MODEL}/aliases`, { alias: 'x'.repeat(2000) }],
    ['method_not_allowed', 405, '/admin/v1/models', {}],
    ['not_found', 404, '/admin/v1/nothing', {}],
  ])('is answered %s (%i)', async (code, status, path, body) => {
    const response = await post(path).send(body);
    expect(response.body).toMatchObject({ code, status });
    expect(response.headers['content-type']).toMatch('application/problem+json');
  });

  it('is told to send JSON, and whole', async () => {
    const text = await post(`${MODEL}/aliases`).type('text/plain').send('label=stable');
    expect(text.body).toMatchObject({ code: 'not_json', status: 415 });
    const half = await post(`${MODEL}/aliases`).type('json').send('{"label":');
    expect(half.body).toMatchObject({ code: 'malformed_request', status: 400 });
  });
});

describe('who shows no token, or another', () => {
  it.each([undefined, 'Bearer', 'Bearer ', 'Bearer wrong', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN])(
    'is not let in (%s)',
    async (authorization) => {
      for (const path of ['/admin/v1/models', `${MODEL}/aliases`, `${MODEL}/reload`, '/admin/v1/nothing']) {
        const request = admin().post(path);
        if (authorization !== undefined) void request.set('Authorization', authorization);
        const response = await request.send({ alias: 'stable', version: '2' });
        expect(response.body).toMatchObject({ code: 'unauthorized', status: 401 });
        expect(response.headers['www-authenticate']).toBe('Bearer realm="admin"');
        expect(response.text).not.toContain(TOKEN);
      }
      expect(service.parts.served.stable.version).toBe('1');
    },
  );

  it('is not let in by an empty token, where the service has none', async () => {
    const app = createAdminApp({ ...service.parts, config: { ...service.config, ADMIN_TOKEN: '' } });
    const response = await supertest(app).get('/admin/v1/models').set('Authorization', 'Bearer ');
    expect(response.status).toBe(401);
  });
});

describe('the public port', () => {
  it('has none of the admin addresses', async () => {
    const response = await supertest(createApp(service.parts))
      .get('/admin/v1/models')
      .set('Authorization', `Bearer ${TOKEN}`);
    expect(response.status).toBe(404);
  });
});
