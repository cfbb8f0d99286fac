import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import packageJson from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { ConfigError, formerNamesIn, readConfig, type Config } from './config.ts';
import { createHttpServer } from './http/http-server.ts';
import { listenOn } from './http/listen.ts';
import { createLog } from './log.ts';
import { openParts } from './open-parts.ts';
import { createAdminApp } from './operations/admin.ts';
import { openTelemetry } from './tracing/open-telemetry.ts';

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

const config = configOrFail();
const log = createLog(config.LOG_LEVEL);
for (const sentence of formerNamesIn()) log.warn(sentence);
const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME } = config;
const telemetry = OTEL_EXPORTER_OTLP_ENDPOINT
  ? await openTelemetry(OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME, log)
  : undefined;
const opened = await openParts(config, log).catch((error: Error) => fail(error.message));
const parts = { ...opened, tracer: telemetry?.tracer };
const { lifecycle, mirror, outliner, served } = parts;

const { server, close } = createHttpServer(createApp(parts), config);

function listenOrFail(on: Server, key: 'PORT' | 'ADMIN_PORT', host: string): Promise<AddressInfo> {
  return listenOn(on, config[key], host).catch((error: NodeJS.ErrnoException) =>
    fail(
      error.code === 'EADDRINUSE'
        ? `port ${config[key]} is taken. Stop what listens there, or set ${key} to another.`
        : error.message,
    ),
  );
}

const { address, port } = await listenOrFail(server, 'PORT', config.HOST);
const admin = createServer(createAdminApp(parts));
if (config.ADMIN_PORT !== 0) await listenOrFail(admin, 'ADMIN_PORT', config.ADMIN_HOST);
const { name, version } = served.bundle;
log.info(
  { address, port, version: packageJson.version, revision: config.REVISION, model: `${name}/${version}` },
  'listening',
);

/** Requests that came in are answered; new ones go elsewhere. */
async function drain(signal: string): Promise<void> {
  if (lifecycle.draining) return;
  lifecycle.draining = true;
  log.info({ signal }, 'draining');
  mirror?.stop();
  await sleep(config.DRAIN_DELAY_MS);
  await Promise.race([close(), sleep(config.DRAIN_TIMEOUT_MS, undefined, { ref: false })]);
  server.closeAllConnections();
  admin.close();
  admin.closeAllConnections();
  // Who still waits for the engine now has had the time that there is.
  await Promise.all([served.stop(), outliner.stop()]);
  await telemetry?.stop();
  log.info('stopped');
}

process.on('SIGTERM', (signal) => void drain(signal));
process.on('SIGINT', (signal) => void drain(signal));

mirror?.follow(() => served.reload());
served.start().then(
  () => log.info({ backend: served.stable.engine.status().backend, port }, 'ready'),
  async (error: Error) => {
    if (lifecycle.draining) return;
    await served.stop();
    fail(`the model can not be served: ${error.message}`);
  },
);
