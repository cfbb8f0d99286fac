import express, { type Express } from 'express';
import helmet from 'helmet';
import type { AppParts } from '../app.ts';
import { requestLog } from '../log.ts';
import { Problem, problemHandler } from '../problems.ts';
import { traceRequests } from '../tracing/request-trace.ts';
import { adminRoutes } from './admin.routes.ts';

/** The HTTP application of the admin port. It opens nothing. */
export function createAdminApp({ config, log, served, tracer }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceRequests(tracer));
  app.use(requestLog(log));
  app.use(helmet({ strictTransportSecurity: false }));
  app.use(adminRoutes(served, config.ADMIN_TOKEN));
  app.use(() => {
    throw new Problem('not_found');
  });
  app.use(problemHandler);
  return app;
}
