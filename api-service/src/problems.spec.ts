import express from 'express';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLog, requestLog } from './log.ts';
import { checked, describeProblem, Problem, problemHandler, PROBLEMS, problemSchema } from './problems.ts';

function answering(error: unknown) {
  const app = express();
  app.use(requestLog(createLog('silent')));
  app.get('/', () => {
    throw error;
  });
  app.get('/api/problems/:code', describeProblem);
  app.use(problemHandler);
  return supertest(app);
}

describe('an error', () => {
  it('is answered as problem+json with its code, and with the id to find it in the log', async () => {
    const response = await answering(new Problem('too_many_pixels', { detail: 'It is 9 × 9.' })).get('/');
    expect(response.status).toBe(413);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problemSchema.parse(response.body)).toMatchObject({
      code: 'too_many_pixels',
      status: 413,
      detail: 'It is 9 × 9.',
      requestId: response.headers['x-request-id'],
    });
  });

  it('has a type that leads to its entry in the table', async () => {
    const service = answering(new Problem('heic_photo'));
    const { type } = (await service.get('/')).body;
    expect((await service.get(type)).body).toMatchObject({ code: 'heic_photo', ...PROBLEMS.heic_photo });
    expect((await service.get('/api/problems/constructor')).status).toBe(404);
  });

  it('that nobody foresaw is answered 500, and its text stays inside', async () => {
    const response = await answering(new Error('the password is swordfish')).get('/');
    expect(response.body).toMatchObject({ code: 'internal', status: 500 });
    expect(response.text).not.toContain('swordfish');
  });

  it('that is thrown without being an Error is answered too', async () => {
    expect((await answering('text').get('/')).body.code).toBe('internal');
  });

  it('says in whole seconds, at least one, when to try again', async () => {
    expect((await answering(new Problem('overloaded', { retryAfter: 0.2 })).get('/')).headers['retry-after']).toBe('1');
    expect((await answering(new Problem('overloaded', { retryAfter: 2.4 })).get('/')).headers['retry-after']).toBe('3');
  });

  it('after the head of the answer is sent ends the connection instead of hanging', async () => {
    const app = express();
    app.use(requestLog(createLog('silent')));
    app.get('/', (_request, response, next) => {
      response.write('half');
      next(new Error('late'));
    });
    app.use(problemHandler);
    await expect(supertest(app).get('/')).rejects.toThrow(/aborted|hang up/);
  });

  it('in what a client sent names every parameter that is wrong', () => {
    const schema = z.object({ month: z.number().max(12), page: z.number() });
    const problem = (() => {
      try {
        return checked(schema, { month: 13, page: 'x' }, 'invalid_query');
      } catch (error) {
        return error as Problem;
      }
    })() as Problem;
    expect(problem.code).toBe('invalid_query');
    expect(problem.facts.errors?.map(({ field }) => field)).toEqual(['month', 'page']);
  });
});
