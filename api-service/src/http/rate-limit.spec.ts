import express from 'express';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { createLog, requestLog } from '../log.ts';
import { problemHandler } from '../problems.ts';
import { limitRate } from './rate-limit.ts';

describe('the rate of requests', () => {
  it.each([
    ['IPv4', '203.0.113.1', '203.0.113.2'],
    // As a socket that takes both families has them.
    ['IPv4 in IPv6', '::ffff:203.0.113.1', '::ffff:203.0.113.2'],
    ['IPv6', '2001:db8:1::1', '2001:db8:2::1'],
  ])('is limited by address: %s', async (_what, one, other) => {
    const app = express();
    app.set('trust proxy', 1);
    app.use(requestLog(createLog('silent')), limitRate(1));
    app.get('/', (_request, response) => void response.end());
    app.use(problemHandler);
    const statusOf = async (address: string) => (await supertest(app).get('/').set('X-Forwarded-For', address)).status;
    expect([await statusOf(one), await statusOf(one), await statusOf(other)]).toEqual([200, 429, 200]);
  });
});
