import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { startService, type StartedService } from '../testing/start-service.ts';

let service: StartedService;
let directory: string;

beforeAll(async () => {
  service = await startService({}, { start: false });
  directory = await mkdtemp(path.join(tmpdir(), 'page-'));
  await mkdir(path.join(directory, 'assets'));
  await writeFile(path.join(directory, 'index.html'), '<title>page</title>');
  await writeFile(path.join(directory, 'assets', 'index-0a1b2c.js'), 'export {}');
});
afterAll(async () => {
  await service.stop();
  await rm(directory, { recursive: true });
});

const withPage = () =>
  supertest(createApp({ ...service.parts, config: { ...service.config, FRONTEND_DIRECTORY: directory } }));
const withoutPage = () =>
  supertest(createApp({ ...service.parts, config: { ...service.config, FRONTEND_DIRECTORY: '/nowhere' } }));

describe('a built page', () => {
  it.each(['/', '/species', '/species/amanita-muscaria'])('is what a browser gets at %s', async (address) => {
    const response = await withPage().get(address).set('Accept', 'text/html');
    expect(response.text).toBe('<title>page</title>');
    expect(response.headers['cache-control']).toBe('no-cache');
  });

  it('may run WebAssembly, which the model on the device needs, but no JavaScript from text', async () => {
    for (const address of ['/', '/assets/index-0a1b2c.js']) {
      const policy = (await withPage().get(address)).headers['content-security-policy'];
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
      expect(policy).not.toMatch(/'unsafe-/);
    }
    const ofTheApi = (await withPage().get('/api/v1/models')).headers['content-security-policy'];
    expect(ofTheApi).toContain("script-src 'self';");
  });

  it('has assets that can be kept for ever', async () => {
    const response = await withPage().get('/assets/index-0a1b2c.js');
    expect(response.status).toBe(200);
    expect(response.headers['cache-control']).toContain('immutable');
  });

  it.each(['/api/v1/nothing', '/api/nothing', '/assets/gone.js', '/favicon.png', '/predict/x'])(
    'does not stand in for what is not there: %s',
    async (address) => {
      const response = await withPage().get(address).set('Accept', 'text/html');
      expect(response.body).toMatchObject({ code: 'not_found', status: 404 });
    },
  );
});

describe('without a built page', () => {
  it('the service says what it is and where to go', async () => {
    const { body } = await withoutPage().get('/');
    expect(body).toMatchObject({
      service: 'mushroom-identifier',
      version: expect.any(String),
      revision: expect.any(String),
    });
    for (const link of Object.values<string>(body.links))
      expect((await withoutPage().get(link)).status, link).toBe(200);
  });

  it.each(['/nothing', '/%zz', '/api/%E0%A4%A'])('%s is a problem, not a crash', async (address) => {
    const response = await withoutPage().get(address);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.headers['content-type']).toMatch('application/problem+json');
  });
});
