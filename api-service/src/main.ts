import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import packageJson from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createLog } from './log.ts';
import { openParts } from './open-parts.ts';

/** Ends the process with one sentence that says why. */
function fail(sentence: string): never {
  process.stderr.write(`mushroom-identifier can not start: ${sentence}\n`);
  process.exit(1);
}

function configOrFail(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

const config = configOrFail();
const log = createLog(config.LOG_LEVEL);
const parts = await openParts(config, log).catch((error: Error) => fail(error.message));
const { engine, lifecycle, served } = parts;

const server = createServer({ requestTimeout: config.UPLOAD_TIMEOUT_MS }, createApp(parts));
const connections = new Set<Socket>();
server.on('connection', (socket: Socket) => {
  connections.add(socket);
  socket.once('close', () => connections.delete(socket));
});

const { port } = await listen(server, config.PORT, config.HOST).catch((error: NodeJS.ErrnoException) =>
  fail(
    error.code === 'EADDRINUSE'
      ? `port ${config.PORT} is taken. Stop what listens there, or set PORT to another.`
      : error.message,
  ),
);
const { name, version } = served.bundle;
log.info({ port, version: packageJson.version, revision: config.REVISION, model: `${name}/${version}` }, 'listening');

/** Browsers open connections ahead of need. Node counts one that has not asked for anything as busy, not as idle. */
function closeSilentConnections(): void {
  for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
}

/** Requests that came in are answered; new ones go elsewhere. */
async function drain(signal: string): Promise<void> {
  if (lifecycle.draining) return;
  lifecycle.draining = true;
  log.info({ signal }, 'draining');
  await sleep(config.DRAIN_DELAY_MS);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  closeSilentConnections();
  await Promise.race([closed, sleep(config.DRAIN_TIMEOUT_MS, undefined, { ref: false })]);
  server.closeAllConnections();
  await engine.stop();
  log.info('stopped');
}

process.on('SIGTERM', (signal) => void drain(signal));
process.on('SIGINT', (signal) => void drain(signal));

engine.start().then(
  () => log.info({ backend: engine.status().backend, port }, 'ready'),
  async (error: Error) => {
    if (lifecycle.draining) return;
    await engine.stop();
    fail(`the model can not be served: ${error.message}`);
  },
);
