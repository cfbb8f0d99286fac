import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
// For the types of `request.log` and `request.id`, which it adds.
import type {} from 'pino-http';
import { z } from 'zod';

/** Every error that the service answers with. A code is part of the interface: it is added, never renamed. */
export const PROBLEMS = {
  no_photo: { status: 400, title: 'No photo was sent' },
  empty_photo: { status: 400, title: 'A photo is empty' },
  too_many_photos: { status: 400, title: 'Too many photos' },
  malformed_upload: { status: 400, title: 'The upload could not be read' },
  invalid_field: { status: 400, title: 'A field has a value that is not allowed' },
  invalid_query: { status: 400, title: 'A query parameter has a value that is not allowed' },
  malformed_request: { status: 400, title: 'The request could not be read' },
  /** Lengths of binary tensors that contradict each other or the body. */
  malformed_tensor: { status: 400, title: 'A binary tensor could not be read' },
  unauthorized: { status: 401, title: 'A token is needed' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  species_not_found: { status: 404, title: 'No such species' },
  model_not_found: { status: 404, title: 'No such model or version' },
  /** A label or version that the registry may have, but that is not in memory. */
  model_not_loaded: { status: 404, title: 'No such version or label of the model is loaded' },
  outline_model_not_found: { status: 404, title: 'There is no model that draws outlines' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  label_not_served: { status: 409, title: 'The label can not be moved' },
  registry_read_only: { status: 409, title: 'The registry can not be written' },
  upload_too_large: { status: 413, title: 'The upload is too large' },
  photo_too_large: { status: 413, title: 'A photo is too large' },
  too_many_pixels: { status: 413, title: 'A photo has too many pixels' },
  not_multipart: { status: 415, title: 'Photos are sent as multipart/form-data' },
  not_json: { status: 415, title: 'Requests to this address are sent as application/json' },
  unsupported_photo: { status: 415, title: 'A file is not an accepted kind of photo' },
  heic_photo: { status: 415, title: 'HEIC photos can not be read' },
  unsupported_jpeg: { status: 415, title: 'A JPEG is of a kind that is not accepted' },
  unsupported_colours: { status: 415, title: 'The colours of a photo are of a kind that is not accepted' },
  version_refused: { status: 422, title: 'The version of the model failed its checks' },
  undecodable_photo: { status: 422, title: 'A photo is damaged' },
  animated_photo: { status: 422, title: 'A photo is an animation' },
  photo_too_small: { status: 422, title: 'A photo is too small' },
  decode_timeout: { status: 422, title: 'A photo took too long to decode' },
  rate_limited: { status: 429, title: 'Too many requests' },
  /** Never sent: the client is gone. It gives the log and the metrics a name for that. */
  client_closed: { status: 499, title: 'The client closed the connection' },
  internal: { status: 500, title: 'Something went wrong here' },
  inference_failed: { status: 503, title: 'The model failed on this request' },
  overloaded: { status: 503, title: 'The service is busy' },
  not_ready: { status: 503, title: 'The service is not ready' },
  deadline_exceeded: { status: 504, title: 'The answer took too long' },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemFacts {
  /** What is wrong this time and what to do about it, for a person to read. Never holds what a client sent. */
  detail?: string;
  /** Seconds until another try may work. */
  retryAfter?: number;
  /** How to show who asks; for the WWW-Authenticate header. */
  authenticate?: string;
  /** Methods that the address takes; for the Allow header. */
  allow?: string;
  /** Which parameters are wrong, and how. */
  errors?: { field: string; message: string }[];
}

export class Problem extends Error {
  override name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    readonly facts: ProblemFacts = {},
    options?: ErrorOptions,
  ) {
    super(facts.detail ?? PROBLEMS[code].title, options);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

export const problemSchema = z
  .object({
    type: z.string().meta({ example: '/api/problems/no_photo' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional().meta({ description: 'To find the request in the log.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details. `code` is stable.' });
type ProblemBody = z.infer<typeof problemSchema>;

/**
 * Checks what a client sent against a schema.
 * @throws Problem with `code`, naming every parameter that is wrong.
 */
export function checked<T extends z.ZodType>(schema: T, value: unknown, code: ProblemCode): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new Problem(code, { errors, detail: errors.map(({ field, message }) => `${field}: ${message}`).join('; ') });
}

function hasStatus(error: unknown): error is { status: number } {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number';
}

/** Any error → the problem to answer with. What nobody foresaw becomes `internal`, and its text stays in the log. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Express and its parsers mark what the client did wrong (a bad escape in the address, …) with a 4xx status.
  if (hasStatus(error) && error.status >= 400 && error.status < 500) {
    const codes: Record<number, ProblemCode> = { 404: 'not_found', 413: 'upload_too_large' };
    return new Problem(codes[error.status] ?? 'malformed_request', {}, { cause: error });
  }
  return new Problem('internal', {}, { cause: error });
}

/**
 * Begins the answer to an error: status and headers. The body is for the caller to send, in its own format.
 * @returns undefined where an answer had begun already, and is now broken off.
 */
export function answerHead(error: unknown, request: Request, response: Response): Problem | undefined {
  const problem = problemFrom(error);
  response.locals.problem = problem;
  if (problem.code === 'internal') request.log.error({ err: error }, 'unforeseen error');
  if (response.headersSent) {
    response.destroy();
    return undefined;
  }
  const { retryAfter, authenticate, allow } = problem.facts;
  if (retryAfter !== undefined) response.set('Retry-After', String(Math.max(1, Math.ceil(retryAfter))));
  if (authenticate !== undefined) response.set('WWW-Authenticate', authenticate);
  if (allow !== undefined) response.set('Allow', allow);
  response.status(problem.status).set('Cache-Control', 'no-store');
  return problem;
}

/** The last handler: answers every error as application/problem+json. */
export const problemHandler: ErrorRequestHandler = (error, request, response, _next) => {
  const problem = answerHead(error, request, response);
  if (!problem) return;
  const { detail, errors } = problem.facts;
  const body: ProblemBody = {
    type: `/api/problems/${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    code: problem.code,
    detail,
    errors,
    requestId: String(request.id),
  };
  response.type('application/problem+json').send(JSON.stringify(body));
};

/** Ends a route that has other methods: 405 with the methods it takes. */
export function methodNotAllowed(allow: string): RequestHandler {
  return () => {
    throw new Problem('method_not_allowed', { allow });
  };
}

/** What a `type` address leads to: the problem's entry in the table. */
export const describeProblem: RequestHandler<{ code: string }> = (request, response) => {
  const code = request.params.code;
  if (!Object.hasOwn(PROBLEMS, code)) throw new Problem('not_found');
  const { status, title } = PROBLEMS[code as ProblemCode];
  response.json({ code, status, title, meaning: STATUS_CODES[status] });
};
