import { Router } from 'express';
import type { EngineStatus } from '../inference/engine.ts';
import { methodNotAllowed } from '../problems.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './operations.schema.ts';

/** Whether the process is on its way out; set when it is told to stop. */
export interface Lifecycle {
  draining: boolean;
}

export interface OperationsParts {
  model: { name: string; version: string };
  engineStatus: () => EngineStatus;
  lifecycle: Lifecycle;
  metrics: Metrics;
}

export function operationsRoutes({ model, engineStatus, lifecycle, metrics }: OperationsParts): Router {
  const router = Router();

  const readiness = (): Readiness => {
    const { state, backend, ready, workers, restarts, queueDepth, queueLimit } = engineStatus();
    return {
      status: lifecycle.draining || state === 'stopped' ? 'draining' : state,
      model,
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
      response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    })
    .all(methodNotAllowed('GET, HEAD'));

  return router;
}
