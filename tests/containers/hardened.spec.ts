import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { HANG_LIMIT_MS } from '../hang-limit.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { answering, builtImages, describeImages, podman, startContainer, type Container } from './container.ts';

const DANGEROUS = ['deadly', 'poisonous', 'psychoactive'];

async function photoForm(): Promise<FormData> {
  const form = new FormData();
  form.append('image', new Blob([await readFile(FLY_AGARIC)], { type: 'image/jpeg' }), 'photo.jpg');
  return form;
}

async function identified(url: string) {
  const answer = await fetch(`${url}/api/v1/identifications`, { method: 'POST', body: await photoForm() });
  return { status: answer.status, body: await answer.json() };
}

describeImages.each(['api', 'apiNative'] as const)('a container of %s without rights', (which) => {
  const image = inject('images')?.[which];
  const itRuns = it.skipIf(!image && !process.env.CI);
  let api: Container;
  beforeAll(async () => {
    if (!image) return;
    api = await startContainer(image.name, {
      environment: { RATE_LIMIT: '0', INFERENCE_WORKERS: '1' },
      memory: '1536m',
    });
    await answering(api, '/readyz');
  });
  afterAll(() => api?.remove());

  itRuns('serves the backend that it was built for, and passes its own health check', async () => {
    const readiness = await (await fetch(`${api.url}/readyz`)).json();
    expect(readiness).toMatchObject({ status: 'ready', backend: which === 'api' ? 'onnx' : 'native' });
    // Exits with another code than 0 where the check fails.
    await podman('healthcheck', 'run', api.name);
  });

  itRuns('answers a photo', async () => {
    const { status, body } = await identified(api.url);
    expect(status).toBe(200);
    expect(DANGEROUS).toContain(body.toxicity.verdict);
  });

  itRuns('has a user without capabilities who can gain none, and can write to /tmp alone', async () => {
    const status = await api.execute('cat', '/proc/1/status');
    expect(status).toMatch(/^Uid:\s+1000\s+1000/m);
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    await api.execute('touch', '/tmp/written');
    for (const folder of ['/', '/app', '/home/node']) {
      await expect(api.execute('touch', `${folder}/written`), folder).rejects.toThrow(/[Rr]ead-only/);
    }
  });

  itRuns('answers the photo that is on its way when it is told to stop, and ends with exit code 0', async () => {
    const body = new Response(await photoForm());
    const bytes = Buffer.from(await body.arrayBuffer());
    const request = http.request(`${api.url}/api/v1/identifications`, {
      method: 'POST',
      headers: { 'content-type': body.headers.get('content-type')!, 'content-length': bytes.length },
    });
    await new Promise((resolve) => request.write(bytes.subarray(0, 1000), resolve));
    const ended = api.stop('SIGTERM');
    await expect.poll(() => api.logs(), { timeout: HANG_LIMIT_MS }).toContain('draining');
    request.end(bytes.subarray(1000));
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
    expect(await ended).toBe(0);
  });
});

describeImages('the page and the service without rights', () => {
  let api: Container;
  let page: Container;
  beforeAll(async () => {
    const { api: apiImage, frontend } = builtImages();
    api = await startContainer(apiImage.name, { environment: { TRUST_PROXY: '1', INFERENCE_WORKERS: '1' } });
    page = await startContainer(frontend.name, {
      environment: { API_ADDRESSES: `127.0.0.1:${api.port}` },
      memory: '128m',
    });
    await Promise.all([answering(api, '/readyz'), answering(page, '/healthz')]);
  });
  afterAll(() => Promise.all([api?.remove(), page?.remove()]));

  it('answer a photo that is sent to the page', async () => {
    const { status, body } = await identified(page.url);
    expect(status).toBe(200);
    expect(DANGEROUS).toContain(body.toxicity.verdict);
    await podman('healthcheck', 'run', page.name);
  });

  it('name a request alike in both logs, and log neither where it came from nor what it asked for', async () => {
    const headers = { 'x-request-id': 'a-request-to-find', 'user-agent': 'a-browser-to-forget' };
    const answer = await fetch(`${page.url}/api/v1/species?q=something-secret`, { headers });
    expect(answer.headers.get('x-request-id')).toBe('a-request-to-find');
    for (const logs of [await page.logs(), await api.logs()]) {
      expect(logs).toContain('a-request-to-find');
      expect(logs).toContain('"/api/v1/species"');
      expect(logs).not.toMatch(/something-secret|a-browser-to-forget/);
    }
  });

  it('end with exit code 0 when they are told to', async () => {
    expect(await page.stop('SIGQUIT')).toBe(0);
    expect(await api.stop('SIGTERM')).toBe(0);
  });
});

describeImages('the container of the page', () => {
  it.each([
    ['PORT', { PORT: '80a' }, 'PORT is "80a", but must be a number.'],
    ['an address without a port', { API_ADDRESSES: 'api-service' }, 'API_ADDRESSES has "api-service", without a port.'],
    ['an address that is none', { API_ADDRESSES: 'a;b:1' }, 'API_ADDRESSES has "a;b:1", but must be addresses'],
    ['no address', { API_ADDRESSES: ' ' }, 'API_ADDRESSES names no server.'],
  ])('says what is wrong with %s, and ends', async (_what, environment, sentence) => {
    const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const ended = podman('run', '--rm', '--network', 'host', '--read-only', ...variables, builtImages().frontend.name);
    await expect(ended).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
  });
});
