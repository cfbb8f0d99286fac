import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startService, type ServiceProcess } from '../service-process.ts';

let service: ServiceProcess;
beforeAll(async () => {
  // Nothing is its default.
  service = await startService({ HOST: '' });
});
afterAll(() => service?.stop());

it('the service answers on IPv4 and, where this machine has it, on IPv6, and logs what it listens on', async () => {
  const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
  const { port } = new URL(service.url);
  for (const host of ['127.0.0.1', 'localhost', ...(hasIPv6 ? ['[::1]'] : [])]) {
    expect((await fetch(`http://${host}:${port}/readyz`)).status, host).toBe(200);
  }
  expect(service.output()).toMatch(hasIPv6 ? /"address":"::"/ : /"address":"(::|0\.0\.0\.0)"/);
});
