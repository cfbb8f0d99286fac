import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { TemporaryRegistry } from '@mushroom/api-service/testing/temporary-registry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HANG_LIMIT_MS } from '../hang-limit.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService, type ServiceProcess } from '../service-process.ts';

const TOKEN = 'a-token-of-some-length';

let registry: TemporaryRegistry;
let service: ServiceProcess;
let admin: string;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

beforeEach(async () => {
  registry = await TemporaryRegistry.create(['1']);
  const port = await freePort();
  admin = `http://127.0.0.1:${port}/admin/v1/models/${registry.name}`;
  service = await startService({
    MODEL_REGISTRY: registry.directory,
    MODEL_NAME: registry.name,
    REGISTRY_POLL_SECONDS: '1',
    ADMIN_PORT: String(port),
    ADMIN_TOKEN: TOKEN,
  });
});
afterEach(async () => {
  await service?.stop();
  await registry.remove();
});

async function answeringVersion(): Promise<string> {
  const form = new FormData();
  form.append('image', new Blob([await readFile(FLY_AGARIC)], { type: 'image/jpeg' }), 'photo.jpg');
  const answer = await fetch(`${service.url}/api/v1/identifications`, { method: 'POST', body: form });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { model: { version: string } }).model.version;
}

const untilPrinted = (text: string) => expect.poll(() => service.output(), { timeout: HANG_LIMIT_MS }).toContain(text);

it('a service that runs takes a new version, refuses a broken one, and goes back when told to', async () => {
  expect(await answeringVersion()).toBe('1');
  await registry.add('2');
  await untilPrinted('"to":"2"');
  expect(await answeringVersion()).toBe('2');

  await registry.add('3', 'corrupted');
  await untilPrinted('"reason":"checksum"');
  expect(await answeringVersion()).toBe('2');
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toContain(`mushroom_model_refusals_total{model="${registry.name}",reason="checksum"} 1`);

  const moved = await fetch(`${admin}/aliases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ alias: 'stable', version: '1' }),
  });
  expect(moved.status).toBe(200);
  expect(await answeringVersion()).toBe('1');
  expect(service.output()).not.toContain(TOKEN);
  expect(await service.stop()).toBe(0);
});
