import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { deadlineOf } from '../http/deadline.ts';
import type { Metrics } from '../operations/metrics.ts';
import { noteStages } from '../operations/stages.ts';
import { answerHead, checked, methodNotAllowed, Problem, PROBLEMS } from '../problems.ts';
import { traceOf } from '../tracing/request-trace.ts';
import { DataPlane, type DataPlaneParts, type ModelAddress } from './data-plane.ts';
import { INFER_BYTES, inferRequestSchema } from './open-inference.schema.ts';

export interface OpenInferenceParts extends DataPlaneParts {
  metrics: Metrics;
  /** What a request must pass before its body is read: the rate limit and the bound on uploads in flight. */
  gates: RequestHandler[];
  deadlineMs: number;
}

/** An address as express types the parameters of a path. */
type Addressed = ModelAddress & object;

/** Errors as the protocol words them: an object with one sentence. */
const protocolErrors: ErrorRequestHandler = (error, request, response, _next) => {
  const problem = answerHead(error, request, response);
  if (!problem) return;
  const { title } = PROBLEMS[problem.code];
  const { detail } = problem.facts;
  response.json({ error: detail === undefined ? title : `${title}: ${detail}` });
};

function inferHandlers(
  dataPlane: DataPlane,
  { metrics, gates, deadlineMs }: OpenInferenceParts,
): RequestHandler<Addressed>[] {
  return [
    (request, _response, next) => {
      if (!request.is('application/json')) throw new Problem('not_json');
      dataPlane.find(request.params);
      next();
    },
    ...(gates as RequestHandler<Addressed>[]),
    (request, _response, next) => {
      dataPlane.admit(request.params, performance.now() + deadlineMs);
      next();
    },
    express.json({ limit: INFER_BYTES }) as RequestHandler<Addressed>,
    async (request, response) => {
      const body = checked(inferRequestSchema, request.body, 'invalid_field');
      const trace = traceOf(response);
      const answer = await trace.run(() =>
        dataPlane.infer(request.params, body, deadlineOf(response, deadlineMs), (model) =>
          noteStages(metrics, trace, model),
        ),
      );
      response.set('Cache-Control', 'no-store').json(answer);
    },
  ];
}

/** The Open Inference Protocol, version 2, over HTTP. */
export function openInferenceRoutes(parts: OpenInferenceParts): Router {
  const router = Router();
  const dataPlane = new DataPlane(parts);

  const metadata = (request: Request<Addressed>, response: Response) => {
    response.json(dataPlane.modelMetadata(request.params));
  };
  const ready = (request: Request<Addressed>, response: Response) => {
    const readiness = dataPlane.modelReady(request.params);
    response.status(readiness.ready ? 200 : 503).json(readiness);
  };
  const infer = inferHandlers(dataPlane, parts);
  const readOnly = methodNotAllowed('GET, HEAD');
  const postOnly = methodNotAllowed('POST');

  router
    .route('/v2')
    .get((_request, response) => void response.json(dataPlane.serverMetadata()))
    .all(readOnly);
  router
    .route('/v2/health/live')
    .get((_request, response) => void response.json(dataPlane.serverLive()))
    .all(readOnly);
  router
    .route('/v2/health/ready')
    .get((_request, response) => {
      const readiness = dataPlane.serverReady();
      response.status(readiness.ready ? 200 : 503).json(readiness);
    })
    .all(readOnly);
  router.route('/v2/models/:name').get(metadata).all(readOnly);
  router.route('/v2/models/:name/versions/:version').get(metadata).all(readOnly);
  router.route('/v2/models/:name/ready').get(ready).all(readOnly);
  router.route('/v2/models/:name/versions/:version/ready').get(ready).all(readOnly);
  router
    .route('/v2/models/:name/infer')
    .post(...infer)
    .all(postOnly);
  router
    .route('/v2/models/:name/versions/:version/infer')
    .post(...infer)
    .all(postOnly);
  router.use('/v2', () => {
    throw new Problem('not_found');
  });
  router.use('/v2', protocolErrors);
  return router;
}
