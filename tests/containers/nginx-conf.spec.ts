import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../api-service/src/config.ts';
import { UPLOAD_BYTES } from '../../api-service/src/photos/photo-limits.ts';
import { problemSchema, PROBLEMS } from '../../api-service/src/problems.ts';
import { repository } from '../service-process.ts';

const conf = readFileSync(path.join(repository, 'frontend/nginx/nginx.conf'), 'utf8');

/** The value of a directive that occurs once, such as `60s`. */
function valueOf(directive: string): string {
  const values = [...conf.matchAll(new RegExp(`^ *${directive} (.*);$`, 'gm'))].map(([, value]) => value!);
  expect(values, directive).toHaveLength(1);
  return values[0]!;
}

const secondsOf = (directive: string) => Number(/^(\d+)s$/.exec(valueOf(directive))?.[1]);

it('nginx takes uploads as large as the service does', () => {
  expect(Number(valueOf('client_max_body_size'))).toBe(UPLOAD_BYTES);
});

it('nginx waits longer for an answer than the service takes for it, and longer still when it ends', () => {
  const { REQUEST_DEADLINE_MS } = readConfig({});
  expect(secondsOf('proxy_read_timeout') * 1000).toBeGreaterThan(REQUEST_DEADLINE_MS);
  expect(secondsOf('worker_shutdown_timeout')).toBeGreaterThan(secondsOf('proxy_read_timeout'));
});

it('nginx asks another server only while the first can not have worked on the request for long', () => {
  expect(secondsOf('proxy_next_upstream_timeout')).toBeLessThan(secondsOf('proxy_read_timeout'));
});

it('nginx’s own errors are those of the service’s table', () => {
  const answers = [...conf.matchAll(/return (\d{3}) '(\{.*\})'/g)];
  expect(answers.length).toBeGreaterThan(5);
  for (const [, status, body] of answers) {
    const problem = problemSchema.parse(JSON.parse(body!));
    expect(problem).toEqual({
      type: `/api/problems/${problem.code}`,
      code: problem.code,
      ...PROBLEMS[problem.code],
    });
    expect(problem.status).toBe(Number(status));
  }
});
