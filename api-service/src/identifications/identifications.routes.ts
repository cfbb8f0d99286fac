import { Router, type Request, type RequestHandler, type Response } from 'express';
import { deadlineOf } from '../http/deadline.ts';
import type { ServedModel } from '../models/served-model.ts';
import type { Metrics } from '../operations/metrics.ts';
import { noteStages } from '../operations/stages.ts';
import type { Outliner } from '../outlines/outliner.ts';
import { photoUpload, uploadedPhotos } from '../photos/photo-upload.ts';
import { checked, methodNotAllowed } from '../problems.ts';
import { traceOf } from '../tracing/request-trace.ts';
import {
  identificationContextSchema,
  identificationQuerySchema,
  type IdentificationResponse,
} from './identifications.schema.ts';
import { identify, type IdentificationParts } from './identifications.service.ts';

export interface IdentificationRouteParts extends Pick<IdentificationParts, 'table' | 'decodePhoto'> {
  served: ServedModel;
  metrics: Metrics;
  outliner: Outliner;
  /** What a request must pass before its body is read: the rate limit and the bound on uploads in flight. */
  gates: RequestHandler[];
  deadlineMs: number;
}

const noteStart: RequestHandler = (_request, response, next) => {
  response.locals.uploadStarted = performance.now();
  next();
};

/**
 * Reads an upload, identifies it and counts the outcome. The form's field differs between the contract and the
 * course's app, and so does what is made of the answer.
 */
export function identificationHandlers(
  field: string,
  parts: IdentificationRouteParts,
  answer: (identification: IdentificationResponse, request: Request, response: Response) => void,
): RequestHandler[] {
  const { served, metrics, outliner, deadlineMs } = parts;
  const query = (request: Request) => checked(identificationQuerySchema, request.query, 'invalid_query');
  return [
    metrics.countInFlight,
    ...parts.gates,
    async (request, _response, next) => {
      // Whoever asks for a model that is not there, or has no time, learns it before sending megabytes.
      const { model, outline } = query(request);
      served.find(model).engine.admit(1, performance.now() + deadlineMs);
      if (outline === '1') await outliner.check();
      next();
    },
    noteStart,
    ...photoUpload(field),
    async (request, response) => {
      const uploadMs = performance.now() - response.locals.uploadStarted;
      const files = uploadedPhotos(request, field);
      const context = checked(identificationContextSchema, request.body, 'invalid_field');
      const trace = traceOf(response);
      const { model, explain, outline } = query(request);
      const identification = await served.use(model, async ({ bundle, engine }) => {
        const noteStage = noteStages(metrics, trace, { model: bundle.name, version: bundle.version });
        noteStage('upload', uploadMs);
        const deadline = deadlineOf(response, deadlineMs);
        const asked = { explain: explain === '1', outliner: outline === '1' ? outliner : undefined };
        const alone = () => metrics.identificationsInFlight === 1 && !asked.outliner;
        return trace.run(() =>
          identify(files, context, deadline, { ...parts, ...asked, alone, bundle, engine, noteStage }),
        );
      });
      metrics.identified(identification, files.length);
      response.set('Cache-Control', 'no-store');
      answer(identification, request, response);
    },
  ];
}

export function identificationRoutes(parts: IdentificationRouteParts): Router {
  const router = Router();
  router
    .route('/api/v1/identifications')
    .post(
      ...identificationHandlers('image', parts, (identification, _request, response) => response.json(identification)),
    )
    .all(methodNotAllowed('POST'));
  return router;
}
