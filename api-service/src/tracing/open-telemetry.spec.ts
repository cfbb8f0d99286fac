import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import pino, { type Logger } from 'pino';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';
import { licensedPhoto, startService, type StartedService } from '../testing/start-service.ts';
import { openTelemetry, type OpenTelemetry } from './open-telemetry.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  status: { code: number };
}

/** A collector: takes OTLP over HTTP as a real one does, and keeps what it was sent. */
class Collector {
  readonly spans: Span[] = [];
  readonly services: (string | undefined)[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        if (request.method !== 'POST' || request.url !== '/v1/traces') return void response.writeHead(404).end();
        for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
          const service = resource.attributes.find(({ key }: { key: string }) => key === 'service.name');
          this.services.push(service?.value.stringValue);
          for (const { spans } of scopeSpans) this.spans.push(...spans);
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  /** The attributes of a span. */
  factsOf(name: string): Record<string, string | number | undefined> {
    const span = this.spans.find((one) => one.name === name)!;
    return Object.fromEntries(
      span.attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
    );
  }
}

let service: StartedService;
let photo: Buffer;
let collector: Collector;
let telemetry: OpenTelemetry;
let address: string;
let log: Logger;
let lines: string[];

beforeAll(async () => {
  service = await startService();
  photo = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
});
afterAll(() => service.stop());
beforeEach(async () => {
  lines = [];
  log = pino(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    }),
  );
  collector = new Collector();
  address = await collector.listen();
  telemetry = await openTelemetry(`${address}/`, 'mushroom-identifier', log);
});
afterEach(() => collector.close());

const tracedApp = () => createApp({ ...service.parts, tracer: telemetry.tracer });
const identify = () => supertest(tracedApp()).post('/api/v1/identifications').attach('image', photo, 'photo.jpg');

describe('a trace', () => {
  it('of an identification has the request and its stages, as part of the caller’s trace', async () => {
    const response = await identify().set('traceparent', `00-${TRACE}-${SPAN}-01`);
    expect(response.status).toBe(200);
    await telemetry.stop();
    const [request] = collector.spans.filter(({ kind }) => kind === 2);
    expect(request).toMatchObject({
      name: 'POST /api/v1/identifications',
      traceId: TRACE,
      parentSpanId: SPAN,
    });
    expect(response.headers.traceparent).toBe(`00-${TRACE}-${request!.spanId}-01`);
    const stages = collector.spans.filter(({ parentSpanId }) => parentSpanId === request!.spanId);
    expect(stages.map(({ name }) => name)).toEqual(['upload', 'decode', 'queue', 'infer', 'decide']);
    for (const stage of stages) {
      expect(stage.traceId).toBe(TRACE);
      expect(BigInt(stage.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(stage.startTimeUnixNano));
      expect(BigInt(stage.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(request!.endTimeUnixNano));
    }
    expect(collector.factsOf('POST /api/v1/identifications')).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/v1/identifications',
      'http.response.status_code': 200,
    });
    expect(new Set(collector.services)).toEqual(new Set(['mushroom-identifier']));
  });

  it('tells nothing about a person', async () => {
    await identify()
      .query({ model: 'stable' })
      .set('User-Agent', 'my-phone')
      .set('X-Forwarded-For', '203.0.113.9')
      .field('habitat', 'my-garden');
    await telemetry.stop();
    expect(collector.spans.length).toBeGreaterThan(0);
    expect(JSON.stringify(collector.spans)).not.toMatch(/my-phone|203\.0\.113|127\.0\.0\.1|my-garden|photo\.jpg/);
  });

  it('names the problem that a request ended in; only what is the service’s fault counts as an error', async () => {
    await supertest(tracedApp()).post('/api/v1/identifications').attach('image', Buffer.from('x'), 'photo.jpg');
    const draining = createApp({
      ...service.parts,
      config: { ...service.config, REQUEST_DEADLINE_MS: 1 },
      tracer: telemetry.tracer,
    });
    await supertest(draining)
      .post('/v2/models/mushroom-classifier/infer')
      .send({
        inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [photo.toString('base64')] }],
      });
    await telemetry.stop();
    const requests = collector.spans.filter(({ kind }) => kind === 2);
    expect(requests.map(({ status }) => status.code)).toEqual([0, 2]);
    expect(collector.factsOf('POST /api/v1/identifications')).toMatchObject({
      'error.type': 'unsupported_photo',
      'http.response.status_code': 415,
    });
  });

  it('is not recorded where the caller does not record it, nor for probes', async () => {
    const app = tracedApp();
    await supertest(app).get('/readyz');
    await supertest(app).get('/api/v1/models').set('traceparent', `00-${TRACE}-${SPAN}-00`);
    await supertest(app).get('/api/v1/models');
    await telemetry.stop();
    expect(collector.spans.map(({ name }) => name)).toEqual(['GET /api/v1/models']);
    expect(collector.spans[0]!.traceId).not.toBe(TRACE);
  });
});

describe('a collector that is gone', () => {
  it('costs no request, does not hold up the end, and is named in the log', async () => {
    const gone = new Collector();
    const nowhere = await gone.listen();
    await gone.close();
    const lost = await openTelemetry(nowhere, 'mushroom-identifier', log);
    const app = createApp({ ...service.parts, tracer: lost.tracer });
    const response = await supertest(app).post('/api/v1/identifications').attach('image', photo, 'photo.jpg');
    expect(response.status).toBe(200);
    await expect(lost.stop()).resolves.toBeUndefined();
    expect(lines.join('')).toContain(new URL(nowhere).host);
    await telemetry.stop();
  });
});
