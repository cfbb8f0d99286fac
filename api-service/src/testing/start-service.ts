import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Express } from 'express';
import { createApp, type AppParts } from '../app.ts';
import { readConfig, type Config } from '../config.ts';
import type { InferenceEngine } from '../inference/engine.ts';
import { createLog } from '../log.ts';
import { openParts } from '../open-parts.ts';

export interface StartedService {
  app: Express;
  engine: InferenceEngine;
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
    ...overrides,
  };
  const parts = await openParts(config, createLog(config.LOG_LEVEL));
  if (start) await parts.engine.start();
  const app = createApp(parts);
  const servers: Server[] = [];
  return {
    app,
    engine: parts.engine,
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
      await parts.engine.stop();
    },
  };
}

/** Where a licensed photo lies. */
export const licensedPhoto = ({ config }: StartedService, file: string) =>
  path.join(path.dirname(config.LICENSED_PHOTOS), 'licensed', file);
