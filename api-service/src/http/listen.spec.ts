import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { listenOn } from './listen.ts';

let server: Server;
afterEach(() => void server.close());

/** The family that a request was sent by, as the server sees it; what went wrong where none arrived. */
function ask(host: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    get({ host, port, agent: false }, (answer) => answer.on('data', (text: Buffer) => resolve(text.toString()))).on(
      'error',
      (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message),
    );
  });
}

const echo = () => createServer((request, response) => response.end(request.socket.remoteAddress));

/** A server on a kernel that refuses addresses of IPv6 so. */
function onKernelThatRefuses(code: string): Server {
  const refused = echo();
  const listen = refused.listen.bind(refused);
  refused.listen = ((port: number, host: string) => {
    if (!host.includes(':')) return listen(port, host);
    process.nextTick(() => refused.emit('error', Object.assign(new Error('listen'), { code })));
    return refused;
  }) as Server['listen'];
  return refused;
}

describe('by default', () => {
  const { HOST } = readConfig({});

  it('the service answers on both families, where this machine has both', async () => {
    server = echo();
    await listenOn(server, 0, HOST);
    const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
      addresses?.some(({ address }) => address === '::1'),
    );
    expect(await ask('127.0.0.1')).toMatch(/127\.0\.0\.1$/);
    if (hasIPv6) expect(await ask('::1')).toBe('::1');
  });

  it.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])('it answers on IPv4 where the kernel has no IPv6 (%s)', async (code) => {
    server = onKernelThatRefuses(code);
    expect(await listenOn(server, 0, HOST)).toMatchObject({ address: '0.0.0.0', family: 'IPv4' });
    expect(await ask('127.0.0.1')).toBe('127.0.0.1');
  });

  it('it says that a port is taken, and does not take the other family’s instead', async () => {
    server = onKernelThatRefuses('EADDRINUSE');
    await expect(listenOn(server, 0, HOST)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('an address that is asked for', () => {
  it('is not replaced by another', async () => {
    server = onKernelThatRefuses('EAFNOSUPPORT');
    await expect(listenOn(server, 0, '::1')).rejects.toMatchObject({ code: 'EAFNOSUPPORT' });
  });

  it('is listened on alone', async () => {
    server = echo();
    expect(await listenOn(server, 0, '127.0.0.1')).toMatchObject({ address: '127.0.0.1' });
  });
});
