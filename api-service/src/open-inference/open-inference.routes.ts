import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { deadlineOf } from '../http/deadline.ts';
import type { Metrics } from '../operations/metrics.ts';
import { noteStages } from '../operations/stages.ts';
import { answerHead, methodNotAllowed, Problem, PROBLEMS } from '../problems.ts';
import { traceOf } from '../tracing/request-trace.ts';
import { DataPlane, type DataPlaneParts, type ModelAddress } from './data-plane.ts';
import { HEADER_LENGTH, inferBody, inferRequestFrom } from './infer-body.ts';
import { INFER_BYTES, type OpenInferenceError } from './open-inference.schema.ts';

export interface OpenInferenceParts extends DataPlaneParts {
  metrics: Metrics;
  /** What a request must pass before its body is read: the rate limit and the bound on uploads in flight. */
  gates: RequestHandler[];
  deadlineMs: number;
}

/** An address as express types the parameters of a path. */
type Addressed = ModelAddress & object;

/**
 * Errors as the protocol words them: an object with one sentence. Their type has no charset, as JSON's has none
 * (RFC 8259): KServe's client leaves the sentence out where one is there.
 */
const protocolErrors: ErrorRequestHandler = (error, request, response, _next) => {
  const problem = answerHead(error, request, response);
  if (!problem) return;
  const { title } = PROBLEMS[problem.code];
  const { detail } = problem.facts;
  const body: OpenInferenceError = { error: detail === undefined ? title : `${title}: ${detail}`, code: problem.code };
  response.setHeader('Content-Type', 'application/json').send(Buffer.from(JSON.stringify(body)));
};

function inferHandlers(
  dataPlane: DataPlane,
  { metrics, gates, deadlineMs }: OpenInferenceParts,
): RequestHandler<Addressed>[] {
  return [
    (request, _response, next) => {
      dataPlane.find(request.params);
      next();
    },
    ...(gates as RequestHandler<Addressed>[]),
    (request, _response, next) => {
      dataPlane.admit(request.params, performance.now() + deadlineMs);
      next();
    },
    // Whatever type is declared: Triton's client declares none, and curl a form's.
    express.raw({ limit: INFER_BYTES, type: () => true }) as RequestHandler<Addressed>,
    async (request, response) => {
      const asked = inferRequestFrom(
        (request.body as Buffer | undefined) ?? Buffer.alloc(0),
        request.get(HEADER_LENGTH),
      );
      const trace = traceOf(response);
      const answer = await trace.run(() =>
        dataPlane.infer(request.params, asked, deadlineOf(response, deadlineMs), (model) =>
          noteStages(metrics, trace, model),
        ),
      );
      const { body, headerLength } = inferBody(answer, asked);
      response.set('Cache-Control', 'no-store');
      if (headerLength !== undefined) response.set(HEADER_LENGTH, String(headerLength));
      response.setHeader('Content-Type', headerLength === undefined ? 'application/json' : 'application/octet-stream');
      response.send(body);
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
