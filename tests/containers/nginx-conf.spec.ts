import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Seconds that Google's load balancers keep an idle connection; it can't be set. */
const BALANCER_SECONDS = 600;

it('idle connections are closed by who reuses them: idle times rise from the balancer to nginx, and from nginx to the service', () => {
  const { KEEP_ALIVE_TIMEOUT_MS } = readConfig({});
  expect(KEEP_ALIVE_TIMEOUT_MS).toBeGreaterThan(BALANCER_SECONDS * 1000);
  // Towards the service. Towards the front it is start.sh that says.
  expect(secondsOf('keepalive_timeout') * 1000).toBeLessThan(KEEP_ALIVE_TIMEOUT_MS);
});

describe('start.sh', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'start-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs it up to where it becomes nginx; gives what it wrote for nginx. */
  function run(
    environment: Record<string, string>,
    interfaces = import.meta.filename,
  ): { listen: string; servers: string } {
    const script = readFileSync(path.join(repository, 'frontend/nginx/start.sh'), 'utf8')
      .replaceAll('/tmp/nginx', folder)
      .replaceAll('/proc/net/if_inet6', interfaces)
      .replace(/^exec nginx .*$/m, '');
    const env = { PATH: process.env.PATH, PORT: '8080', API_ADDRESSES: 'api-service:8080', ...environment };
    execFileSync('sh', ['-c', script], { env, stdio: 'pipe', encoding: 'utf8' });
    const [listen, servers] = ['listen', 'api-servers'].map((file) =>
      readFileSync(path.join(folder, `${file}.conf`), 'utf8'),
    );
    return { listen: listen!, servers: servers! };
  }

  it('listens on both families, and on IPv4 alone where the kernel has no IPv6', () => {
    expect(run({}).listen).toMatch(/^listen 8080; listen \[::\]:8080; /);
    expect(run({}, '/nowhere').listen).toMatch(/^listen 8080; keepalive_timeout /);
  });

  it('keeps idle connections longer than the balancer, or as long as it is told', () => {
    const [, milliseconds] = /keepalive_timeout (\d+)ms;/.exec(run({}).listen)!;
    expect(Number(milliseconds)).toBeGreaterThan(BALANCER_SECONDS * 1000);
    expect(run({ KEEP_ALIVE_TIMEOUT_MS: '3000' }).listen).toContain('keepalive_timeout 3000ms;');
    expect(() => run({ KEEP_ALIVE_TIMEOUT_MS: '3s' })).toThrow('KEEP_ALIVE_TIMEOUT_MS is "3s", but must be a number.');
  });

  it('takes addresses of the API of both families', () => {
    const { servers } = run({ API_ADDRESSES: 'api-service:8080 10.0.0.1:80 [fd00::1]:8080' });
    expect([...servers.matchAll(/^server (\S+) /gm)].map(([, address]) => address)).toEqual([
      'api-service:8080',
      '10.0.0.1:80',
      '[fd00::1]:8080',
    ]);
    for (const address of ['api-service', '[fd00::1]', ':8080', 'a;b:80', '']) {
      expect(() => run({ API_ADDRESSES: address }), address).toThrow('API_ADDRESSES');
    }
  });
});
