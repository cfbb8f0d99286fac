import { Writable } from 'node:stream';
import express from 'express';
import pino from 'pino';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { createLog, logOptions, requestLog } from './log.ts';

function logged() {
  const lines: string[] = [];
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const app = express();
  app.use(requestLog(pino(logOptions('info'), into)));
  app.use((_request, response) => void response.status(404).send('no'));
  return { app: supertest(app), lines };
}

describe('the log of a request', () => {
  it('has severity, id, method, path, status and time', async () => {
    const { app, lines } = logged();
    await app.get('/api/v1/species').set('X-Request-Id', 'abc-1');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      severity: 'WARNING',
      req: { id: 'abc-1', method: 'GET', path: '/api/v1/species' },
      res: { status: 404 },
      responseTime: expect.any(Number),
    });
  });

  it('tells nothing about a person: no query, no address, no header, no file name', async () => {
    const { app, lines } = logged();
    await app
      .post('/api/v1/identifications?place=my-garden')
      .set('User-Agent', 'my-phone')
      .set('X-Forwarded-For', '203.0.113.9')
      .set('Cookie', 'me=you')
      .attach('image', Buffer.from('x'), 'my-face.jpg');
    expect(lines).toHaveLength(1);
    expect(lines.join('')).not.toMatch(/garden|my-phone|203\.0\.113|127\.0\.0\.1|me=you|my-face/);
  });

  it('gives each request an id, and tells it', async () => {
    const { app } = logged();
    const ids = [(await app.get('/')).headers['x-request-id'], (await app.get('/')).headers['x-request-id']];
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('does not take an id that could forge the log', async () => {
    const { app } = logged();
    const { headers } = await app.get('/').set('X-Request-Id', '{"severity":"x"}');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not written for probes', async () => {
    const { app, lines } = logged();
    for (const probe of ['/livez', '/readyz', '/startupz', '/metrics']) await app.get(probe);
    expect(lines).toEqual([]);
  });

  it('can be switched off', () => {
    expect(createLog('silent').isLevelEnabled('fatal')).toBe(false);
  });
});
