import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Express } from 'express';
import { createApp, type AppParts } from '../app.ts';
import { readConfig, type Config } from '../config.ts';
import type { Engine } from '../inference/engine.ts';
import { createLog } from '../log.ts';
import { ServedModel } from '../models/served-model.ts';
import { openParts } from '../open-parts.ts';

export interface StartedService {
  app: Express;
  /** Of the stable version. */
  readonly engine: Engine;
  parts: AppParts;
  config: Config;
  /** Listens on a free port; the server ends with `stop`. */
  listen(): Promise<{ port: number; server: Server }>;
  stop(): Promise<void>;
}

/** The service of the specs: the real model, photos and table, quiet, without a page or a limit on requests. */
export async function startService(overrides: Partial<Config> = {}, { start = true } = {}): Promise<StartedService> {
  const config: Config = {
    ...readConfig(),
    LOG_LEVEL: 'silent',
    RATE_LIMIT: 0,
    FRONTEND_DIRECTORY: '/nowhere',
    INFERENCE_WORKERS: 1,
    REGISTRY_POLL_SECONDS: 0,
    MODEL_KEEP_PREVIOUS: 'yes',
    ...overrides,
  };
  const parts = await openParts(config, createLog(config.LOG_LEVEL));
  if (start) await parts.served.start();
  const app = createApp(parts);
  const servers: Server[] = [];
  return {
    app,
    get engine() {
      return parts.served.stable.engine;
    },
    parts,
    config,
    listen: () =>
      new Promise((resolve) => {
        const server = app.listen(0, '127.0.0.1', () =>
          resolve({ port: (server.address() as AddressInfo).port, server }),
        );
        servers.push(server);
      }),
    async stop() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await Promise.all([parts.served.stop(), parts.outliner.stop()]);
    },
  };
}

/** The parts of a service, with a test's engine in place of the real one. */
export async function withEngine(
  { parts, config }: StartedService,
  engine: Pick<Engine, 'classify' | 'status'>,
): Promise<AppParts> {
  const settings = {
    registry: config.MODEL_REGISTRY,
    name: config.MODEL_NAME,
    pinned: parts.served.stable.version,
    labels: [],
    keepPrevious: 'no' as const,
    memoryBytes: Infinity,
    mirrorOf: null,
    pollMs: 0,
  };
  const nothing = () => Promise.resolve();
  const served = await ServedModel.open(
    settings,
    () => ({ start: nothing, stop: nothing, admit: () => {}, ...engine }),
    parts.log,
  );
  return { ...parts, served };
}

/** Where a licensed photo lies. */
export const licensedPhoto = ({ config }: StartedService, file: string) =>
  path.join(path.dirname(config.LICENSED_PHOTOS), 'licensed', file);
