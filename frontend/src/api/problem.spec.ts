import { describe, expect, it } from 'vitest';
import { problemFrom } from './problem.ts';

describe('a problem from an answer', () => {
  it('carries the code, title and detail of problem+json', () => {
    const body = JSON.stringify({ code: 'photo_too_large', title: 'Too large', detail: 'At most 12 MB.', status: 413 });
    expect(problemFrom(413, body, null).problem).toEqual({
      code: 'photo_too_large',
      status: 413,
      title: 'Too large',
      detail: 'At most 12 MB.',
      retryAfter: undefined,
    });
  });

  it('is made from the status where a proxy answers with a page', () => {
    const { problem } = problemFrom(502, '<html>Bad gateway</html>', null);
    expect(problem.code).toBe('http_502');
    expect(problem.title).not.toContain('html');
  });

  it.each([
    ['7', 7],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    [null, undefined],
  ])('waits as long as Retry-After %s says', (header, seconds) => {
    expect(problemFrom(503, '{}', header).problem.retryAfter).toBe(seconds);
  });

  it.each(['null', '[]', '"text"', '{"code": 5, "title": {}}'])('survives the body %s', (body) => {
    expect(problemFrom(500, body, null).problem.code).toBe('http_500');
  });
});
