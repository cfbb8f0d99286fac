import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../api-service/src/config.ts';
import { createHttpServer } from '../../api-service/src/http/http-server.ts';
import { UPLOAD_BYTES } from '../../api-service/src/photos/photo-limits.ts';
import { freePort, repository, startService, type ServiceProcess } from '../service-process.ts';
import { answering, builtImages, describeImages, startContainer, type Container } from './container.ts';

async function startPage(...apiPorts: number[]): Promise<Container> {
  return startPageWith({}, ...apiPorts);
}

async function startPageWith(settings: Record<string, string>, ...apiPorts: number[]): Promise<Container> {
  const API_ADDRESSES = apiPorts.map((port) => `127.0.0.1:${port}`).join(' ');
  const environment = { ...settings, API_ADDRESSES };
  const page = await startContainer(builtImages().frontend.name, { environment, memory: '256m' });
  await answering(page, '/healthz');
  return page;
}

/** What differs between any two servers, or any two answers. */
const INCIDENTAL =
  /^(accept-ranges|date|etag|last-modified|connection|keep-alive|server|traceparent|x-request-id|vary|content-length|content-encoding|transfer-encoding)$/;

function tellingHeaders(answer: Response): Record<string, string> {
  const headers = [...answer.headers].map(([name, value]) => [name, value.toLowerCase()] as const);
  return Object.fromEntries(headers.filter(([name]) => !INCIDENTAL.test(name)));
}

describeImages('the page’s files', () => {
  let service: ServiceProcess;
  let page: Container;
  beforeAll(async () => {
    service = await startService();
    page = await startPage(Number(new URL(service.url).port));
  });
  afterAll(() => Promise.all([service?.stop(), page?.remove()]));

  const both = (address: string) =>
    Promise.all(
      [service, page].map(({ url }) => fetch(url + address, { headers: { accept: 'text/html' } })),
    ) as Promise<[Response, Response]>;

  it('come with the very headers that the service sends where it serves the page itself', async () => {
    const dist = path.join(repository, 'frontend/dist');
    const files = readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => `/${path.relative(dist, path.join(entry.parentPath, entry.name))}`);
    const oneOfEachKind = new Map(files.map((file) => [path.extname(file), file]));
    expect(oneOfEachKind.size).toBeGreaterThan(6);
    for (const address of ['/', '/species/amanita-muscaria', '/service-worker.js', ...oneOfEachKind.values()]) {
      const [ours, nginx] = await both(address);
      expect([nginx.status, tellingHeaders(nginx)], address).toEqual([ours.status, tellingHeaders(ours)]);
      expect(Buffer.from(await nginx.arrayBuffer()).equals(Buffer.from(await ours.arrayBuffer())), address).toBe(true);
    }
  });

  it('are never stood in for where they are missing', async () => {
    for (const address of ['/assets/gone.js', '/gone.png']) {
      const [ours, nginx] = await both(address);
      expect([nginx.status, tellingHeaders(nginx)], address).toEqual([ours.status, tellingHeaders(ours)]);
      expect(await nginx.json()).toMatchObject({ code: 'not_found' });
    }
  });

  it('are compressed for who takes that', async () => {
    const html = await (await fetch(page.url)).text();
    const [, script] = [...html.matchAll(/type="module"[^>]* src="(\/assets\/[^"]+\.js)"/g)].at(-1)!;
    const compressed = await fetch(page.url + script, { headers: { 'accept-encoding': 'gzip' } });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(compressed.headers.get('vary')).toBe('Accept-Encoding');
  });

  it('leave the service’s health and numbers to the operator', async () => {
    for (const address of ['/livez', '/readyz', '/startupz', '/metrics']) {
      expect((await fetch(page.url + address)).status, address).toBe(404);
    }
  });

  it('take no POST', async () => {
    const answer = await fetch(page.url, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' });
  });
});

describeImages('on the way to the service', () => {
  let servers: Server[];
  let page: Container | undefined;
  beforeEach(() => {
    servers = [];
  });
  afterEach(async () => {
    await page?.remove();
    page = undefined;
    for (const server of servers) server.close().closeAllConnections();
  });

  async function listen(answer: RequestListener): Promise<number> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function bytesOf(request: IncomingMessage): Promise<number> {
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) bytes += chunk.length;
    return bytes;
  }

  it('a request keeps its trace and its host, and gets the address that it came from', async () => {
    const port = await listen((request, response) => response.end(JSON.stringify(request.headers)));
    page = await startPage(port);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const headers = { traceparent, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    const seen = await (await fetch(`${page.url}/api/anything`, { headers })).json();
    expect(seen).toMatchObject({
      traceparent,
      host: `127.0.0.1:${page.port}`,
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('the largest upload passes, and one that is larger is turned away as by the service', async () => {
    const port = await listen(
      (request, response) => void bytesOf(request).then((bytes) => response.end(String(bytes))),
    );
    page = await startPage(port);
    const send = (bytes: number) =>
      fetch(`${page!.url}/api/v1/identifications`, { method: 'POST', body: randomBytes(bytes) });
    expect(Number(await (await send(UPLOAD_BYTES)).text())).toBe(UPLOAD_BYTES);
    const refused = await send(UPLOAD_BYTES + 1);
    expect(refused.status).toBe(413);
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await refused.json()).toMatchObject({ code: 'upload_too_large' });
  });

  describe('a photo is sent to another server', () => {
    it.each<[string, RequestListener]>([
      ['closes the connection without an answer', (request) => request.socket.destroy()],
      ['says that it is not ready', (_request, response) => response.writeHead(503).end()],
    ])('where the first %s', async (_what, answer) => {
      let failed = 0;
      const bad = await listen((request, response) => {
        failed++;
        answer(request, response);
      });
      const good = await listen((request, response) => void bytesOf(request).then((n) => response.end(String(n))));
      page = await startPage(bad, good);
      for (let sent = 0; sent < 4; sent++) {
        const reply = await fetch(`${page.url}/api/v1/identifications`, { method: 'POST', body: randomBytes(100_000) });
        expect(await reply.text()).toBe('100000');
      }
      expect(failed).toBeGreaterThan(0);
    });

    it('where the first is gone', async () => {
      const good = await listen((_request, response) => response.end('answered'));
      page = await startPage(await freePort(), good);
      for (let sent = 0; sent < 4; sent++) {
        expect(await (await fetch(`${page.url}/api/v1/species`)).text()).toBe('answered');
      }
    });
  });

  it('an idle connection is closed by who reuses it: by nginx towards the service, by the client towards nginx', async () => {
    const { server } = createHttpServer((_request, response) => response.end('answered'), {
      ...readConfig({}),
      KEEP_ALIVE_TIMEOUT_MS: 6000,
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    // nginx towards the service: a connection that it closes ends before the service closes it.
    const ends: Promise<unknown>[] = [];
    server.on('connection', (socket) => {
      ends.push(Promise.race([once(socket, 'end').then(() => 'nginx'), once(socket, 'close').then(() => 'service')]));
    });
    page = await startPageWith({ KEEP_ALIVE_TIMEOUT_MS: '3000' }, (server.address() as AddressInfo).port);
    const clients = Array.from({ length: 20 }, async (_, index) => {
      const socket = connect(page!.port, '127.0.0.1');
      const ask = async () => {
        socket.write('GET /api/v1/species HTTP/1.1\r\nHost: x\r\n\r\n');
        const [answer] = (await once(socket, 'data')) as [Buffer];
        return answer.toString();
      };
      expect(await ask()).toMatch(/^HTTP\/1\.1 200 OK/);
      // A client that closes a connection after a second of nginx's three.
      await sleep(50 * (index + 1));
      expect(await ask()).toMatch(/^HTTP\/1\.1 200 OK/);
      socket.destroy();
    });
    await Promise.all(clients);
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['nginx']));
    expect((await fetch(`${page.url}/api/v1/species`)).status).toBe(200);
  });

  it('a request may come by IPv6, where this machine has it', async () => {
    page = await startPage(await listen((_request, response) => response.end('answered')));
    const addresses = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
    if (!addresses.some(({ address }) => address === '::1')) {
      expect(await page.logs()).toContain('IPv4 alone');
      return;
    }
    expect(await page.logs()).toContain('IPv4 and IPv6');
    expect(await (await fetch(`http://[::1]:${page.port}/api/v1/species`)).text()).toBe('answered');
  });

  it('an answer that is an error is the first server’s, and nobody else is asked', async () => {
    let asked = 0;
    const answer: RequestListener = (_request, response) => {
      asked++;
      response.writeHead(500).end('failed');
    };
    page = await startPage(await listen(answer), await listen(answer));
    const reply = await fetch(`${page.url}/api/v1/identifications`, { method: 'POST', body: 'x' });
    expect([reply.status, await reply.text(), asked]).toEqual([500, 'failed', 1]);
  });

  it('where no server is there, the answer says when to try again', async () => {
    page = await startPage(await freePort());
    const answer = await fetch(`${page.url}/api/v1/species`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toMatchObject({ code: 'not_ready' });
  });
});
