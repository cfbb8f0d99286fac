import { Router } from 'express';
import type { ServedModel } from '../models/served-model.ts';
import { methodNotAllowed } from '../problems.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './operations.schema.ts';

export interface OperationsParts {
  served: ServedModel;
  lifecycle: Lifecycle;
  metrics: Metrics;
}

export function operationsRoutes({ served, lifecycle, metrics }: OperationsParts): Router {
  const router = Router();

  const readiness = (): Readiness => {
    const { state, backend, ready, workers, restarts, queueDepth, queueLimit } = served.stable.engine.status();
    const { name, version } = served.bundle;
    return {
      status: lifecycle.draining || state === 'stopped' ? 'draining' : state,
      model: { name, version },
      backend,
      workers: { ready: ready.length, total: workers, restarts },
      queue: { depth: queueDepth, limit: queueLimit },
    };
  };

  // Alive means that the event loop turns, and nothing more: a slow model must not get the process restarted.
  router
    .route('/livez')
    .get((_request, response) => void response.json({ status: 'alive' }))
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/readyz')
    .get((_request, response) => {
      const body = readiness();
      response.status(body.status === 'ready' ? 200 : 503).json(body);
    })
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/startupz')
    .get((_request, response) => {
      const body = readiness();
      const started = body.status !== 'starting' && body.status !== 'failed';
      response.status(started ? 200 : 503).json(body);
    })
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/metrics')
    .get(async (_request, response) => {
      response.type(metrics.contentType).send(await metrics.text());
    })
    .all(methodNotAllowed('GET, HEAD'));

  return router;
}
