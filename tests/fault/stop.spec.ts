import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { HANG_LIMIT_MS } from '../hang-limit.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService, type ServiceProcess } from '../service-process.ts';

let service: ServiceProcess;
afterEach(() => {
  service?.process.kill('SIGKILL');
});

// So long that waiting for it would fail the test.
const DRAIN_TIMEOUT_MS = '600000';

it('a photo that is on its way when the service is told to stop is still answered', async () => {
  service = await startService({ DRAIN_TIMEOUT_MS });
  const form = new FormData();
  form.append('image', new Blob([await readFile(FLY_AGARIC)], { type: 'image/jpeg' }), 'photo.jpg');
  const body = new Response(form);
  const bytes = Buffer.from(await body.arrayBuffer());
  const request = http.request(`${service.url}/api/v1/identifications`, {
    method: 'POST',
    headers: { 'content-type': body.headers.get('content-type')!, 'content-length': bytes.length },
  });
  await new Promise((resolve) => request.write(bytes.subarray(0, 1000), resolve));

  service.process.kill('SIGTERM');
  await expect.poll(() => service.output(), { timeout: HANG_LIMIT_MS }).toContain('draining');
  request.end(bytes.subarray(1000));
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  expect(answer.statusCode).toBe(200);
  expect(answer.headers.connection).toBe('close');
  answer.resume();
  expect(await service.stop()).toBe(0);
});

it('a connection that has asked for nothing does not hold up the end', async () => {
  service = await startService({ DRAIN_TIMEOUT_MS });
  const silent = connect(Number(new URL(service.url).port), '127.0.0.1');
  await once(silent, 'connect');
  expect(await service.stop()).toBe(0);
  silent.destroy();
});

it('a connection that is idle, and would be kept for minutes, does not hold up the end', async () => {
  service = await startService({ DRAIN_TIMEOUT_MS });
  const agent = new http.Agent({ keepAlive: true });
  const [answer] = (await once(http.get(`${service.url}/livez`, { agent }), 'response')) as [http.IncomingMessage];
  expect(answer.headers['keep-alive']).toBe('timeout=620');
  answer.resume();
  await once(answer, 'end');
  expect(await service.stop()).toBe(0);
  agent.destroy();
});

it.skipIf(process.platform === 'win32')('no worker outlives a service that was killed', async () => {
  service = await startService();
  const childrenOf = (parent: number) =>
    execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter(([, ppid]) => ppid === parent)
      .map(([pid]) => pid!);
  const workers = childrenOf(service.process.pid!);
  expect(workers).not.toEqual([]);

  service.process.kill('SIGKILL');
  await once(service.process, 'exit');
  for (const worker of workers) {
    await expect
      .poll(() => isThere(worker), { timeout: HANG_LIMIT_MS, message: `worker ${worker} is there` })
      .toBe(false);
  }
});

function isThere(pid: number): boolean {
  try {
    // Signal 0 asks whether the process is there.
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
