import { STATUS_CODES } from 'node:http';
import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { ACCEPTED_PHOTOS } from '@mushroom/recognition/photo-file/photo-refusal';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { experimentListSchema } from '../experiments/experiments.schema.ts';
import {
  identificationContextSchema,
  identificationQuerySchema,
  identificationSchema,
} from '../identifications/identifications.schema.ts';
import { bestModelSchema, predictionSchema } from '../legacy-v0/legacy-v0.schema.ts';
import { modelListSchema, modelVersionSchema } from '../models/models.schema.ts';
import { HEADER_LENGTH } from '../open-inference/infer-body.ts';
import {
  inferAnswerSchema,
  inferMessageSchema,
  INFER_BYTES,
  modelMetadataSchema,
  modelReadySchema,
  openInferenceErrorSchema,
  serverLiveSchema,
  serverMetadataSchema,
  serverReadySchema,
} from '../open-inference/open-inference.schema.ts';
import { aliveSchema, readinessSchema } from '../operations/operations.schema.ts';
import { PHOTO_LIMITS } from '../photos/photo-limits.ts';
import { PROBLEMS, problemSchema, type ProblemCode } from '../problems.ts';
import {
  commonNamesSchema,
  speciesDetailSchema,
  speciesPageSchema,
  speciesQuerySchema,
} from '../species/species.schema.ts';

const json = (description: string, schema: z.ZodType): ResponseConfig => ({
  description,
  content: { 'application/json': { schema } },
});

/** The problem responses of a route, from the table: one entry a status, naming its codes. */
function problems(...codes: ProblemCode[]): Record<number, ResponseConfig> {
  const responses: Record<number, ResponseConfig> = {};
  for (const code of codes) {
    const { status, title } = PROBLEMS[code];
    const line = `\`${code}\`: ${title}.`;
    const others = responses[status] ? `${responses[status].description}\n\n` : '';
    responses[status] = {
      description: others + line,
      content: { 'application/problem+json': { schema: problemSchema } },
    };
    if (status === 429 || status === 503) {
      responses[status].headers = {
        'Retry-After': { description: 'Seconds until another try may work.', schema: { type: 'integer' } },
      };
    }
  }
  return responses;
}

const UPLOAD_PROBLEMS: ProblemCode[] = [
  'invalid_query',
  'model_not_loaded',
  'outline_model_not_found',
  'no_photo',
  'empty_photo',
  'too_many_photos',
  'malformed_upload',
  'invalid_field',
  'upload_too_large',
  'photo_too_large',
  'too_many_pixels',
  'not_multipart',
  'unsupported_photo',
  'heic_photo',
  'unsupported_jpeg',
  'unsupported_colours',
  'undecodable_photo',
  'animated_photo',
  'photo_too_small',
  'decode_timeout',
  'rate_limited',
  'internal',
  'inference_failed',
  'overloaded',
  'not_ready',
  'deadline_exceeded',
];

const photosDescription = `1–${PHOTO_LIMITS.count} photos of the same specimen: ${ACCEPTED_PHOTOS}, ${
  PHOTO_LIMITS.bytes / 1024 / 1024
} MB and ${PHOTO_LIMITS.pixels / 1e6} megapixels each at most, ${
  PHOTO_LIMITS.pixelsByRows / 1e6
} where it is a JPEG that is not progressive.`;
const photoFiles = z
  .array(z.string().meta({ format: 'binary' }))
  .min(1)
  .max(PHOTO_LIMITS.count)
  .meta({ description: photosDescription });

const upload = (schema: z.ZodObject): RouteConfig['request'] => ({
  query: identificationQuerySchema,
  body: { required: true, content: { 'multipart/form-data': { schema } } },
});

const binary = (description: string, type: string): ResponseConfig => ({
  description,
  content: { [type]: { schema: z.string().meta({ format: 'binary' }) } },
});

/** Errors as the Open Inference Protocol words them. */
function protocolErrors(...statuses: number[]): Record<number, ResponseConfig> {
  return Object.fromEntries(statuses.map((status) => [status, json(STATUS_CODES[status]!, openInferenceErrorSchema)]));
}

const JSON_BYTES = { description: 'Bytes of the JSON, where tensors follow it.' };
const jsonAndTensors = {
  schema: z.string().meta({ format: 'binary', description: 'The JSON, and behind it the tensors that are not in it.' }),
};

const OPEN_INFERENCE_ROUTES: RouteConfig[] = [
  {
    method: 'get',
    path: '/v2',
    operationId: 'openInferenceServer',
    summary: 'What the server is',
    responses: { 200: json('Name and version.', serverMetadataSchema) },
  },
  {
    method: 'get',
    path: '/v2/health/live',
    operationId: 'openInferenceLive',
    summary: 'The server is alive',
    responses: { 200: json('Alive.', serverLiveSchema) },
  },
  {
    method: 'get',
    path: '/v2/health/ready',
    operationId: 'openInferenceReady',
    summary: 'The server can take requests',
    responses: { 200: json('Yes.', serverReadySchema), 503: json('Not now.', serverReadySchema) },
  },
  // The version is not a parameter that may be left out: the protocol has two addresses for each operation.
  ...['/v2/models/{name}', '/v2/models/{name}/versions/{version}'].flatMap((model): RouteConfig[] => {
    const versioned = model.endsWith('{version}');
    const name = z.string().meta({ example: 'mushroom-classifier' });
    const version = z.string().meta({ description: 'A version that is loaded, or a label such as `canary`.' });
    const params = versioned ? z.object({ name, version }) : z.object({ name });
    const suffix = versioned ? 'Version' : '';
    return [
      {
        method: 'get',
        path: model,
        operationId: `openInferenceModel${suffix}`,
        summary: 'The tensors that a model takes and gives',
        request: { params },
        responses: { 200: json('Its metadata.', modelMetadataSchema), ...protocolErrors(404) },
      },
      {
        method: 'get',
        path: `${model}/ready`,
        operationId: `openInferenceModelReady${suffix}`,
        summary: 'A model can take requests',
        request: { params },
        responses: {
          200: json('Yes.', modelReadySchema),
          503: json('Not now.', modelReadySchema),
          ...protocolErrors(404),
        },
      },
      {
        method: 'post',
        path: `${model}/infer`,
        operationId: `openInferenceInfer${suffix}`,
        summary: 'Run a model: photos or pixels in, logits and probabilities out',
        description: `Numbers only, in the order of the version’s \`labels\`: no verdict. A request has ${INFER_BYTES / 1024 / 1024} MB at most; its media type is not asked. Tensors may follow the JSON, by Triton’s binary tensor data extension.`,
        request: {
          params,
          headers: z.object({ [HEADER_LENGTH]: z.string().regex(/^\d+$/).optional().meta(JSON_BYTES) }),
          body: {
            required: true,
            content: { 'application/json': { schema: inferMessageSchema }, 'application/octet-stream': jsonAndTensors },
          },
        },
        responses: {
          200: {
            description: 'The outputs.',
            headers: { [HEADER_LENGTH]: { ...JSON_BYTES, schema: { type: 'integer' } } },
            content: { 'application/json': { schema: inferAnswerSchema }, 'application/octet-stream': jsonAndTensors },
          },
          ...protocolErrors(400, 404, 413, 415, 422, 429, 500, 503, 504),
        },
      },
    ];
  }),
];

const ROUTES: RouteConfig[] = [
  {
    method: 'post',
    path: '/api/v1/identifications',
    operationId: 'identify',
    tags: ['identifications'],
    summary: 'Identify a mushroom from photos',
    description:
      'Answers 200 also where the photos show no mushroom, or too little to say: see `decision`. Nothing of the photos is stored.',
    request: upload(identificationContextSchema.extend({ image: photoFiles })),
    responses: { 200: json('The answer.', identificationSchema), ...problems(...UPLOAD_PROBLEMS) },
  },
  {
    method: 'get',
    path: '/api/v1/species',
    operationId: 'listSpecies',
    tags: ['species'],
    summary: 'Search and browse the species table',
    request: { query: speciesQuerySchema },
    responses: { 200: json('A page of taxa.', speciesPageSchema), ...problems('invalid_query') },
  },
  {
    method: 'get',
    path: '/api/v1/species/{slug}',
    operationId: 'getSpecies',
    tags: ['species'],
    summary: 'The facts on a species or genus',
    request: { params: z.object({ slug: z.string().meta({ example: 'amanita-muscaria' }) }) },
    responses: {
      200: json('The facts, with their sources.', speciesDetailSchema),
      301: { description: 'The name is a synonym; Location has the accepted one.' },
      ...problems('species_not_found'),
    },
  },
  {
    method: 'get',
    path: '/api/v1/common-names/{language}',
    operationId: 'listCommonNames',
    tags: ['species'],
    summary: 'The common names of a language',
    request: { params: z.object({ language: z.string().meta({ description: 'BCP 47.', example: 'de' }) }) },
    responses: { 200: json('The name to show of each taxon.', commonNamesSchema), ...problems('not_found') },
  },
  {
    method: 'get',
    path: '/api/v1/photos/{file}',
    operationId: 'getPhoto',
    tags: ['species'],
    summary: 'A licensed photo',
    request: { params: z.object({ file: z.string() }) },
    responses: { 200: binary('The photo.', 'image/jpeg'), ...problems('not_found') },
  },
  {
    method: 'get',
    path: '/api/v1/models',
    operationId: 'listModels',
    tags: ['models'],
    summary: 'Models and their versions',
    responses: { 200: json('All of the registry.', modelListSchema) },
  },
  {
    method: 'get',
    path: '/api/v1/experiments',
    operationId: 'listExperiments',
    tags: ['models'],
    summary: 'Training runs and what they reached',
    responses: { 200: json('Best on the tuning split first.', experimentListSchema) },
  },
  {
    method: 'get',
    path: '/api/v1/models/{name}/versions/{version}',
    operationId: 'getModelVersion',
    tags: ['models'],
    summary: 'What a version is made of and how well it does',
    request: { params: z.object({ name: z.string(), version: z.string() }) },
    responses: { 200: json('Facts, evaluation and model card.', modelVersionSchema), ...problems('model_not_found') },
  },
  {
    method: 'get',
    path: '/api/v1/models/{name}/versions/{version}/plots/{file}',
    operationId: 'getPlot',
    tags: ['models'],
    summary: 'A plot of the evaluation',
    request: { params: z.object({ name: z.string(), version: z.string(), file: z.string() }) },
    responses: { 200: binary('The plot.', 'image/*'), ...problems('not_found') },
  },
  {
    method: 'get',
    path: '/api/v1/models/{name}/versions/{version}/files/{path}',
    operationId: 'getModelFile',
    tags: ['models'],
    summary: 'A file of a version’s bundle: bundle.json and what it lists. A browser runs the model from these',
    request: { params: z.object({ name: z.string(), version: z.string(), path: z.string() }) },
    responses: { 200: binary('The file.', '*/*'), ...problems('not_found') },
  },
  {
    method: 'get',
    path: '/api/problems/{code}',
    operationId: 'describeProblem',
    tags: ['operations'],
    summary: 'What a problem’s code means',
    request: { params: z.object({ code: problemSchema.shape.code }) },
    responses: {
      200: json(
        'The entry in the table of problems.',
        z.object({ code: z.string(), status: z.int(), title: z.string(), meaning: z.string() }),
      ),
      ...problems('not_found'),
    },
  },
  {
    method: 'get',
    path: '/livez',
    operationId: 'live',
    tags: ['operations'],
    summary: 'The process is alive',
    responses: { 200: json('Alive.', aliveSchema) },
  },
  ...(['/readyz', '/startupz'] as const).map((path): RouteConfig => ({
    method: 'get',
    path,
    operationId: path.slice(1, -1),
    tags: ['operations'],
    summary: path === '/readyz' ? 'The service can take requests' : 'The model has been loaded',
    responses: { 200: json('Yes.', readinessSchema), 503: json('Not now.', readinessSchema) },
  })),
  {
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    tags: ['operations'],
    summary: 'Prometheus metrics',
    responses: { 200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } } },
  },
  {
    method: 'post',
    path: '/predict',
    operationId: 'predict',
    tags: ['course app'],
    summary: 'Alias of identifications, with the field names of the course’s app',
    deprecated: true,
    request: upload(identificationContextSchema.extend({ file: photoFiles })),
    responses: { 200: json('The answer.', predictionSchema), ...problems(...UPLOAD_PROBLEMS) },
  },
  {
    method: 'get',
    path: '/best_model',
    operationId: 'bestModel',
    tags: ['course app'],
    summary: 'The served model, with the field names of the course’s app',
    deprecated: true,
    responses: { 200: json('The served model.', bestModelSchema) },
  },
  ...OPEN_INFERENCE_ROUTES.map((route) => ({ ...route, tags: ['open inference protocol'] })),
];

/** The API as an OpenAPI 3.1 document, from the schemas that the routes check and type with. */
export function openApiDocument() {
  const registry = new OpenAPIRegistry();
  for (const route of ROUTES) registry.registerPath(route);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Mushroom identifier',
      version: packageJson.version,
      description:
        'Photos of a mushroom → what it most likely is, how dangerous it may be, and when the honest answer is “I don’t know”. **Never eat a mushroom because of an answer.**',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
  });
}
