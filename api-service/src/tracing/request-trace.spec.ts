import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import pino from 'pino';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { logOptions, requestLog } from '../log.ts';
import { currentTrace, traceOf, traceRequests } from './request-trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

function traced() {
  const lines: string[] = [];
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const app = express();
  app.use(traceRequests());
  app.use(requestLog(pino(logOptions('info'), into)));
  app.get('/', async (_request, response) => {
    const inside = await traceOf(response).run(async () => {
      await sleep(1);
      return currentTrace();
    });
    response.json({ inside: inside?.traceId, outside: currentTrace() ?? null });
  });
  return { app: supertest(app), lines };
}

describe('a request', () => {
  it('goes on with the caller’s trace, and tells it in the answer', async () => {
    const { headers } = await traced()
      .app.get('/')
      .set('traceparent', `00-${TRACE}-${SPAN}-01`)
      .set('tracestate', 'congo=t61rcWkgMzE');
    expect(headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(headers.traceparent).not.toContain(SPAN);
    expect(headers.tracestate).toBe('congo=t61rcWkgMzE');
  });

  it('begins a trace where the caller sent none, or one that is not valid', async () => {
    const { app } = traced();
    expect((await app.get('/')).headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    const response = await app.get('/').set('traceparent', `ff-${TRACE}-${SPAN}-01`).set('tracestate', 'congo=1');
    expect(response.headers.traceparent).not.toContain(TRACE);
    expect(response.headers).not.toHaveProperty('tracestate');
  });

  it('is found in the log by its trace', async () => {
    const { app, lines } = traced();
    const { headers } = await app.get('/').set('traceparent', `00-${TRACE}-${SPAN}-00`);
    const [, traceId, spanId] = headers.traceparent!.split('-');
    expect(traceId).toBe(TRACE);
    expect(JSON.parse(lines[0]!)).toMatchObject({ traceId, spanId });
  });

  it('has its trace at hand in all that it awaits, and nowhere else', async () => {
    const { body } = await traced().app.get('/').set('traceparent', `00-${TRACE}-${SPAN}-00`);
    expect(body).toEqual({ inside: TRACE, outside: null });
  });
});
