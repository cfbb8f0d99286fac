import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { createHttpServer, type HttpServer } from './http-server.ts';

let http: HttpServer;
afterEach(() => http.server.close().closeAllConnections());

async function start(listener: RequestListener, environment: Record<string, string> = {}): Promise<number> {
  http = createHttpServer(listener, readConfig(environment));
  await once(http.server.listen(0, '127.0.0.1'), 'listening');
  return (http.server.address() as AddressInfo).port;
}

async function ask(socket: Socket): Promise<string> {
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

describe('a connection that is idle', () => {
  it('is kept longer than Google’s load balancers keep it, and so is one whose head is slow', async () => {
    await start((_request, response) => response.end());
    const { keepAliveTimeout, headersTimeout } = http.server;
    expect(keepAliveTimeout).toBeGreaterThan(600_000);
    expect(headersTimeout).toBeGreaterThan(keepAliveTimeout);
  });

  it('is never met closed by a client that closes it first, after a second of the service’s three', async () => {
    const port = await start((_request, response) => response.end('answered'), { KEEP_ALIVE_TIMEOUT_MS: '3000' });
    const clients = Array.from({ length: 20 }, async (_, index) => {
      const socket = connect(port, '127.0.0.1');
      let closedByTheService = false;
      socket.once('end', () => (closedByTheService = true));
      expect(await ask(socket)).toContain('Keep-Alive: timeout=3\r\n');
      await sleep(50 * (index + 1));
      expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(closedByTheService).toBe(false);
      socket.destroy();
    });
    await Promise.all(clients);
  });

  it('is closed by the service where the client never does', async () => {
    const port = await start((_request, response) => response.end('answered'), { KEEP_ALIVE_TIMEOUT_MS: '1000' });
    const socket = connect(port, '127.0.0.1');
    await ask(socket);
    await once(socket, 'end');
  });
});

describe('a server that is closed', () => {
  const agents: Agent[] = [];
  afterEach(() => agents.splice(0).forEach((agent) => agent.destroy()));

  const askKept = async (port: number) => {
    const agent = new Agent({ keepAlive: true });
    agents.push(agent);
    const [answer] = (await once(get({ port, agent }), 'response')) as [IncomingMessage];
    return answer;
  };

  it('ends idle connections at once, however long they might be kept, and those that never asked', async () => {
    const port = await start((_request, response) => response.end('answered'));
    (await askKept(port)).resume();
    const silent = connect(port, '127.0.0.1');
    await Promise.all([once(silent, 'connect'), once(http.server, 'connection')]);
    await http.close();
  });

  it('answers what was asked before, says that it closes the connection, and does', async () => {
    const port = await start((_request, response) => void setTimeout(() => response.end('answered'), 200));
    const asked = askKept(port);
    await once(http.server, 'request');
    const closed = http.close();
    const answer = await asked;
    expect(answer.headers.connection).toBe('close');
    answer.resume();
    await closed;
  });

  it('ends a connection whose answer had begun when that is complete', async () => {
    const port = await start((_request, response) => {
      response.write('half');
      setTimeout(() => response.end('other half'), 200);
    });
    const answer = await askKept(port);
    expect(answer.headers.connection).toBe('keep-alive');
    const closed = http.close();
    let text = '';
    for await (const part of answer.setEncoding('utf8')) text += part;
    expect(text).toBe('halfother half');
    await closed;
  });
});
