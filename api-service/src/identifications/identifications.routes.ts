import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Metrics } from '../operations/metrics.ts';
import { photoUpload, uploadedPhotos } from '../photos/photo-upload.ts';
import { checked, methodNotAllowed, Problem } from '../problems.ts';
import { identificationContextSchema, type IdentificationResponse } from './identifications.schema.ts';
import { identify, type IdentificationParts } from './identifications.service.ts';

export interface IdentificationRouteParts extends IdentificationParts {
  metrics: Metrics;
  /** What a request must pass before its body is read: the rate limit and the bound on uploads in flight. */
  gates: RequestHandler[];
  deadlineMs: number;
}

/** Aborts when the request's time is over, or when nobody is there to hear the answer. */
function giveUpSignal(response: Response, deadlineMs: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Problem('deadline_exceeded', { retryAfter: 5 })), deadlineMs);
  response.once('close', () => {
    clearTimeout(timer);
    controller.abort(new Problem('client_closed'));
  });
  return controller.signal;
}

/**
 * Reads an upload, identifies it and counts the outcome. The form's field differs between the contract and the
 * course's app, and so does what is made of the answer.
 */
export function identificationHandlers(
  field: string,
  parts: IdentificationRouteParts,
  answer: (identification: IdentificationResponse, request: Request, response: Response) => void,
): RequestHandler[] {
  return [
    ...parts.gates,
    ...photoUpload(field),
    async (request, response) => {
      const files = uploadedPhotos(request, field);
      const context = checked(identificationContextSchema, request.body, 'invalid_field');
      const identification = await identify(files, context, giveUpSignal(response, parts.deadlineMs), parts);
      parts.metrics.identified(identification, files.length);
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
