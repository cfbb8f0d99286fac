import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** This file is one folder below api-service, as source and as built: the repository is two folders up. */
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A value of the environment that can't be used; its message is the sentence to show. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const wholeNumber = (from: number, to: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= from && value <= to)
    .default(fallback)
    .meta({ expected: `a whole number from ${from} to ${to}` });

const oneOf = <T extends string>(values: readonly [T, ...T[]], fallback: NoInfer<T>) =>
  z
    .enum(values)
    .default(fallback as never)
    .meta({ expected: `one of ${values.join(', ')}` });

const location = (inRepository: string) =>
  z
    .string()
    .default(inRepository)
    .transform((value) => path.resolve(repository, value))
    .meta({ expected: 'a path' });

/** Every key of the environment that the service reads, with its default. Paths are relative to the repository. */
const environmentSchema = z.object({
  /** TCP port to listen on; 0 takes a free one. Default 8080. */
  PORT: wholeNumber(0, 65_535, 8080),
  /** Address to listen on. Default 0.0.0.0: every interface, so that a phone on the same network can use the page. */
  HOST: z.string().default('0.0.0.0').meta({ expected: 'an address' }),
  /** Least severity that is logged. Default info. */
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  /** Revision of the code that runs, shown at `/` and in the log. Default unknown. */
  REVISION: z.string().default('unknown').meta({ expected: 'text' }),

  /** Folder of the models: `<name>/<version>/bundle.json`. Default models/registry. */
  MODEL_REGISTRY: location('models/registry'),
  /** Model to serve. Default mushroom-classifier. */
  MODEL_NAME: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .default('mushroom-classifier')
    .meta({ expected: 'small letters, digits and hyphens' }),
  /** Version to serve: a number, or latest. Default latest. */
  MODEL_VERSION: z
    .string()
    .regex(/^([1-9]\d*|latest)$/)
    .default('latest')
    .meta({ expected: 'a version number, or latest' }),
  /** Folder of the records of training runs. Default models/experiments. */
  EXPERIMENTS: location('models/experiments'),
  /** The species table. Default models/species.csv. */
  SPECIES_TABLE: location('models/species.csv'),
  /** List of the photos that may be shown; their paths are relative to its folder. Default models/licensed.csv. */
  LICENSED_PHOTOS: location('models/licensed.csv'),
  /** The built page, served where the folder has an index.html. Default frontend/dist. */
  FRONTEND_DIRECTORY: location('frontend/dist'),

  /** TensorFlow.js backend: auto is native where its library loads, else wasm. Default auto. */
  INFERENCE_BACKEND: oneOf(['auto', 'native', 'wasm'], 'auto'),
  /** Child processes that run the model, each with its own copy of it (native about 500 MB, wasm 200 MB). Default 1. */
  INFERENCE_WORKERS: wholeNumber(1, 64, 1),
  /** Requests that may wait for a worker; more are answered 503. Default 32. */
  QUEUE_LIMIT: wholeNumber(1, 10_000, 32),
  /** Milliseconds from the end of the upload until a request is given up with 504. Default 20000. */
  REQUEST_DEADLINE_MS: wholeNumber(1, 600_000, 20_000),

  /** Uploads in flight; more are answered 503 before their bodies are read. Each may hold 60 MB. Default 16. */
  UPLOAD_CONCURRENCY: wholeNumber(1, 1000, 16),
  /** Milliseconds that a client may take to send a request. Default 120000. */
  UPLOAD_TIMEOUT_MS: wholeNumber(1000, 3_600_000, 120_000),
  /** Photos decoded at the same time: decoding takes more memory than inference. Default 2. */
  DECODE_CONCURRENCY: wholeNumber(1, 64, 2),

  /** Identifications a client may ask for in a minute; 0 is no limit. Default 120. */
  RATE_LIMIT: wholeNumber(0, 1_000_000, 120),
  /** Proxies in front of the service, whose X-Forwarded-For is believed. Default 0. */
  TRUST_PROXY: wholeNumber(0, 10, 0),
  /** Milliseconds to go on serving after SIGTERM, while load balancers notice /readyz. Default 0. */
  DRAIN_DELAY_MS: wholeNumber(0, 600_000, 0),
  /** Milliseconds that requests in flight have to finish while the service stops. Default 25000. */
  DRAIN_TIMEOUT_MS: wholeNumber(0, 600_000, 25_000),
});

export type Config = z.infer<typeof environmentSchema>;

function expectedOf(key: string): string {
  return String(environmentSchema.shape[key as keyof Config]?.meta()?.expected ?? 'another value');
}

/**
 * Reads the configuration. A key that is set to nothing counts as not set.
 * @throws ConfigError with one sentence naming the first key that has a bad value.
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(set);
  if (result.success) return result.data;
  const key = String(result.error.issues[0]?.path[0]);
  throw new ConfigError(`${key} is "${set[key]}", but must be ${expectedOf(key)}.`);
}
