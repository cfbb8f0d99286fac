import { decodedSideOf } from '@mushroom/models/preprocess/decoded-side';
import { photoToInput } from '@mushroom/models/preprocess/photo-to-input';
import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import packageJson from '../../package.json' with { type: 'json' };
import { deadlineOf, type Deadline } from '../http/deadline.ts';
import type { LoadedVersion, ServedModel } from '../models/served-model.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Lifecycle } from '../operations/operations.routes.ts';
import { noteStages, type NoteStage } from '../operations/stages.ts';
import type { DecodePhoto } from '../photos/decode-photo.ts';
import { answerHead, checked, methodNotAllowed, Problem, PROBLEMS } from '../problems.ts';
import { traceOf } from '../tracing/request-trace.ts';
import {
  INFER_BYTES,
  inferRequestSchema,
  type InferRequest,
  type InferResponse,
  type ModelMetadata,
} from './open-inference.schema.ts';
import { inputFrom, outputTensors, tensorsOf, wantedOutputs, type InferInput } from './tensors.ts';

export interface OpenInferenceParts {
  served: ServedModel;
  decodePhoto: DecodePhoto;
  metrics: Metrics;
  /** What a request must pass before its body is read: the rate limit and the bound on uploads in flight. */
  gates: RequestHandler[];
  deadlineMs: number;
  lifecycle: Lifecycle;
}

/** Which model and version an address names; the version may be a label. */
interface Address {
  name: string;
  version?: string;
}

/** Errors as the protocol words them: an object with one sentence. */
const protocolErrors: ErrorRequestHandler = (error, request, response, _next) => {
  const problem = answerHead(error, request, response);
  if (!problem) return;
  const { title } = PROBLEMS[problem.code];
  const { detail } = problem.facts;
  response.json({ error: detail === undefined ? title : `${title}: ${detail}` });
};

/** The Open Inference Protocol, version 2, over HTTP (github.com/kserve/open-inference-protocol). */
export function openInferenceRoutes(parts: OpenInferenceParts): Router {
  const { served, decodePhoto, metrics, gates, deadlineMs, lifecycle } = parts;
  const router = Router();

  const addressed = ({ name, version }: Address): LoadedVersion => {
    if (name !== served.bundle.name) {
      throw new Problem('model_not_found', { detail: `The model that is served is ${served.bundle.name}.` });
    }
    return served.find(version);
  };
  const canAnswer = ({ engine }: LoadedVersion) => !lifecycle.draining && engine.status().state === 'ready';

  const metadata = (request: Request<Address & object>, response: Response) => {
    const { bundle } = addressed(request.params);
    const versions = served.status().loaded.map(({ version }) => version);
    const body: ModelMetadata = { name: bundle.name, versions, platform: 'tensorflow_graphdef', ...tensorsOf(bundle) };
    response.json(body);
  };

  const modelReady = (request: Request<Address & object>, response: Response) => {
    const version = addressed(request.params);
    const ready = canAnswer(version);
    response.status(ready ? 200 : 503).json({ name: version.bundle.name, ready });
  };

  const modelInputs = async (input: InferInput, { bundle }: LoadedVersion, deadline: Deadline, note: NoteStage) => {
    if ('pixels' in input) return input.pixels;
    const started = performance.now();
    const side = decodedSideOf(bundle.input);
    const photos = await Promise.all(
      input.photos.map((photo) => decodePhoto(photo, deadline.signal, deadline.at, side)),
    );
    const inputs = photos.map((photo) => photoToInput(photo, bundle.input));
    note('decode', performance.now() - started);
    return inputs;
  };

  const infer = async (
    request: InferRequest,
    version: LoadedVersion,
    deadline: Deadline,
    note: NoteStage,
  ): Promise<InferResponse> => {
    const { bundle, engine } = version;
    const wanted = wantedOutputs(request);
    const input = inputFrom(request, bundle.input.size);
    const inputs = await modelInputs(input, version, deadline, note);
    const { logits, queueMs, inferMs } = await engine.classify(inputs, deadline.signal, deadline.at);
    const ended = performance.now();
    note('queue', queueMs, ended - inferMs);
    note('infer', inferMs, ended);
    return {
      model_name: bundle.name,
      model_version: bundle.version,
      id: request.id,
      outputs: outputTensors(logits, bundle, wanted),
    };
  };

  const inferHandlers: RequestHandler<Address & object>[] = [
    (request, _response, next) => {
      if (!request.is('application/json')) throw new Problem('not_json');
      addressed(request.params);
      next();
    },
    ...(gates as RequestHandler<Address & object>[]),
    (request, _response, next) => {
      addressed(request.params).engine.admit(1, performance.now() + deadlineMs);
      next();
    },
    express.json({ limit: INFER_BYTES }) as RequestHandler<Address & object>,
    async (request, response) => {
      const body = checked(inferRequestSchema, request.body, 'invalid_field');
      const trace = traceOf(response);
      const answer = await served.use(request.params.version, (version) => {
        const { bundle } = version;
        const note = noteStages(metrics, trace, { model: bundle.name, version: bundle.version });
        return trace.run(() => infer(body, version, deadlineOf(response, deadlineMs), note));
      });
      response.set('Cache-Control', 'no-store').json(answer);
    },
  ];

  const get = methodNotAllowed('GET, HEAD');

  router
    .route('/v2')
    .get((_request, response) => {
      response.json({ name: 'mushroom-identifier', version: packageJson.version, extensions: [] });
    })
    .all(get);
  router
    .route('/v2/health/live')
    .get((_request, response) => void response.json({ live: true }))
    .all(get);
  router
    .route('/v2/health/ready')
    .get((_request, response) => {
      const ready = canAnswer(served.stable);
      response.status(ready ? 200 : 503).json({ ready, live: true });
    })
    .all(get);
  router.route('/v2/models/:name').get(metadata).all(get);
  router.route('/v2/models/:name/versions/:version').get(metadata).all(get);
  router.route('/v2/models/:name/ready').get(modelReady).all(get);
  router.route('/v2/models/:name/versions/:version/ready').get(modelReady).all(get);
  router
    .route('/v2/models/:name/infer')
    .post(...inferHandlers)
    .all(methodNotAllowed('POST'));
  router
    .route('/v2/models/:name/versions/:version/infer')
    .post(...inferHandlers)
    .all(methodNotAllowed('POST'));
  router.use('/v2', () => {
    throw new Problem('not_found');
  });
  router.use('/v2', protocolErrors);
  return router;
}
