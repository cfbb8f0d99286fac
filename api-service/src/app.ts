import type { CommonNames } from '@mushroom/recognition/taxonomy/common-names';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { Tracer } from '@opentelemetry/api';
import compression from 'compression';
import express, { type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { experimentRoutes } from './experiments/experiments.routes.ts';
import { pageRoutes } from './http/page.routes.ts';
import { limitRate } from './http/rate-limit.ts';
import { identificationRoutes } from './identifications/identifications.routes.ts';
import type { InferenceMetrics } from './inference/inference.metrics.ts';
import { legacyV0Routes } from './legacy-v0/legacy-v0.routes.ts';
import { requestLog } from './log.ts';
import type { BucketMirror } from './models/bucket-mirror.ts';
import { modelMetrics } from './models/models.metrics.ts';
import { modelRoutes } from './models/models.routes.ts';
import { ModelCatalogue } from './models/models.service.ts';
import type { ServedModel } from './models/served-model.ts';
import { openInferenceRoutes } from './open-inference/open-inference.routes.ts';
import { openApiRoutes } from './openapi/openapi.routes.ts';
import type { Lifecycle } from './operations/lifecycle.ts';
import { Metrics } from './operations/metrics.ts';
import { operationsRoutes } from './operations/operations.routes.ts';
import type { Outliner } from './outlines/outliner.ts';
import { photoDecoder } from './photos/decode-photo.ts';
import { admitUploads } from './photos/photo-upload.ts';
import { describeProblem, Problem, problemHandler } from './problems.ts';
import type { LicensedPhoto } from './species/licensed-photos.ts';
import { speciesRoutes } from './species/species.routes.ts';
import { SpeciesCatalogue } from './species/species.service.ts';
import { traceRequests } from './tracing/request-trace.ts';

/** What the app is made of. Whoever builds it has opened, and closes, all of it. */
export interface AppParts {
  config: Config;
  log: Logger;
  table: SpeciesTable;
  /** In other languages than English. */
  commonNames: CommonNames;
  licensedPhotos: readonly LicensedPhoto[];
  /** Folder that the licensed photos' paths are relative to. */
  photoDirectory: string;
  served: ServedModel;
  /** Follows a bucket of models, where there is one. */
  mirror?: BucketMirror | undefined;
  inferenceMetrics: InferenceMetrics;
  outliner: Outliner;
  /** Records spans, where a collector wants them. */
  tracer?: Tracer | undefined;
  lifecycle: Lifecycle;
}

const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    // The page shows the photos it is about to send; the API's page has its icons as data.
    imgSrc: ["'self'", 'blob:', 'data:'],
    objectSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
  },
};

/** The page may also run the model, which is WebAssembly; JavaScript from text stays forbidden. */
const pageSecurityPolicy = {
  ...contentSecurityPolicy,
  directives: { ...contentSecurityPolicy.directives, scriptSrc: ["'self'", "'wasm-unsafe-eval'"] },
};

/**
 * Whether an answer is compressed. Triton's asyncio client says that it takes Brotli, leaves the decoding to nobody, and
 * fails; no client of tensors is sent it.
 */
function compresses(request: Request, response: Response): boolean {
  const brotli = /\bbr\b/.test(String(request.headers['accept-encoding']));
  return !(brotli && request.path.startsWith('/v2/')) && compression.filter(request, response);
}

/** The HTTP application. It opens nothing: no port, no file, no process. */
export function createApp(parts: AppParts): Express {
  const {
    config,
    log,
    table,
    commonNames,
    licensedPhotos,
    photoDirectory,
    served,
    mirror,
    inferenceMetrics,
    tracer,
    lifecycle,
  } = parts;
  const metrics = new Metrics(inferenceMetrics, modelMetrics(served, mirror));
  const identification = {
    served,
    outliner: parts.outliner,
    table,
    metrics,
    decodePhoto: photoDecoder(config.DECODE_CONCURRENCY),
    gates: [limitRate(config.RATE_LIMIT), admitUploads(config.UPLOAD_CONCURRENCY)],
    deadlineMs: config.REQUEST_DEADLINE_MS,
  };

  const catalogue = new SpeciesCatalogue(table, commonNames, licensedPhotos, () => served.bundle.labels);

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  app.set('query parser', 'simple');
  app.use(traceRequests(tracer));
  app.use(requestLog(log));
  app.use(metrics.countRequests);
  // Whether an address is served over TLS only is for the gateway to say.
  app.use(helmet({ contentSecurityPolicy, strictTransportSecurity: false }));
  app.use(compression({ filter: compresses }));
  app.use((_request, response, next) => {
    if (lifecycle.draining) response.set('Connection', 'close');
    next();
  });

  app.use(operationsRoutes({ served, lifecycle, metrics }));
  app.use(identificationRoutes(identification));
  app.use(speciesRoutes({ catalogue, licensedPhotos, photoDirectory }));
  app.use(modelRoutes(new ModelCatalogue(config.MODEL_REGISTRY, served)));
  app.use(openInferenceRoutes({ ...identification, lifecycle }));
  app.use(experimentRoutes(config.LEADERBOARD));
  app.use(openApiRoutes());
  app.get('/api/problems/:code', describeProblem);
  app.use(legacyV0Routes(identification));
  app.use(helmet.contentSecurityPolicy(pageSecurityPolicy), pageRoutes(config.FRONTEND_DIRECTORY, config.REVISION));
  app.use(() => {
    throw new Problem('not_found');
  });
  app.use(problemHandler);
  return app;
}
