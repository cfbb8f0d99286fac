import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { BACKENDS } from './inference/backends.ts';

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
  /**
   * Address to listen on. With :: the service takes every interface, of IPv6 and IPv4, so that a phone on the same
   * network can use the page; where the kernel has no IPv6, those of IPv4. Default ::.
   */
  HOST: z.string().default('::').meta({ expected: 'an address' }),
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
  /** Version to serve: a number, or stable for the one that labels.json says, else the newest. Default stable. */
  MODEL_VERSION: z
    .string()
    .regex(/^([1-9]\d*|stable)$/)
    .default('stable')
    .meta({ expected: 'a version number, or stable' }),
  /** Aliases of labels.json, beside stable, whose versions are loaded too; between commas. Default canary. */
  MODEL_ALIASES: z
    .string()
    .regex(/^([a-z][a-z0-9-]{0,31}(,[a-z][a-z0-9-]{0,31})*|none)$/)
    .default('canary')
    .transform((value) => (value === 'none' ? [] : value.split(',')))
    .meta({ expected: 'aliases between commas, or none' }),
  /** Whether the version that was stable before stays loaded, so that going back is instant. Default auto: if memory allows. */
  MODEL_KEEP_PREVIOUS: oneOf(['auto', 'yes', 'no'], 'auto'),
  /** Seconds between two looks at the registry for new versions and labels; 0 never looks. Default 5. */
  REGISTRY_POLL_SECONDS: wholeNumber(0, 86_400, 5),
  /**
   * Bucket that MODEL_REGISTRY is kept up to date with: gs://bucket or gs://bucket/prefix. Labels are moved there then,
   * and the registry must be a folder that the service may write to. Default none.
   */
  MODEL_BUCKET: z
    .string()
    .regex(/^gs:\/\/[a-z0-9][a-z0-9._-]*(\/[^/]+)*\/?$/)
    .or(z.literal(''))
    .default('')
    .meta({ expected: 'gs://bucket or gs://bucket/prefix' }),
  /** Seconds between two looks at the bucket. Default 5. */
  BUCKET_POLL_SECONDS: wholeNumber(1, 86_400, 5),
  /** Address of a Cloud Storage emulator, asked in place of Google and without credentials. Default none. */
  STORAGE_EMULATOR_HOST: z
    .url({ protocol: /^https?$/ })
    .or(z.literal(''))
    .default('')
    .meta({ expected: 'an http or https address' }),
  /**
   * Folder of the model that draws outlines, loaded when the first is asked for.
   * Default models/registry/mushroom-outline/2.
   */
  OUTLINE_MODEL: location('models/registry/mushroom-outline/2'),
  /** File with what each training run was made from and reached. Default models/experiments/leaderboard.json. */
  LEADERBOARD: location('models/experiments/leaderboard.json'),
  /** The species table. Default models/data/species.csv. */
  SPECIES_TABLE: location('models/data/species.csv'),
  /** Common names in other languages than English. Default models/data/common-names.csv. */
  COMMON_NAMES: location('models/data/common-names.csv'),
  /** List of the photos that may be shown; their paths are relative to its folder. Default models/data/licensed.csv. */
  LICENSED_PHOTOS: location('models/data/licensed.csv'),
  /** The built page, served where the folder has an index.html. Default frontend/dist. */
  FRONTEND_DIRECTORY: location('frontend/dist'),

  /**
   * What the model runs on: onnx is ONNX Runtime, native and wasm are TensorFlow.js; auto takes the first of these that
   * loads and gives the bundle's golden outputs. Default auto.
   */
  INFERENCE_BACKEND: oneOf(['auto', ...BACKENDS], 'auto'),
  /** Child processes that run the model, each with its own copy of it. Default 0: as many as CPU and memory allow. */
  INFERENCE_WORKERS: wholeNumber(0, 64, 0),
  /** Resident memory in MB past which a worker is replaced, by one that is ready before it goes. Default 1000. */
  WORKER_MEMORY_MB: wholeNumber(50, 1_000_000, 1000),
  /** Milliseconds without a sign of life after which a worker is killed and replaced. Default 10000. */
  WORKER_HANG_LIMIT_MS: wholeNumber(1000, 600_000, 10_000),
  /** Photos in one run of the native backend; 1 turns batches off, as they always are for the others. Default 8. */
  BATCH_PHOTOS: wholeNumber(1, 64, 8),
  /** Milliseconds that two or more requests wait for others to fill a batch; a lone one never does. Default 2. */
  BATCH_DELAY_MS: wholeNumber(0, 1000, 2),
  /** Requests that may wait for a worker; more are answered 503. Default 32. */
  QUEUE_LIMIT: wholeNumber(1, 10_000, 32),
  /** Milliseconds from the end of the upload until a request is given up with 504. Default 20000. */
  REQUEST_DEADLINE_MS: wholeNumber(1, 600_000, 20_000),

  /** Uploads in flight; more are answered 503 before their bodies are read. Each may hold 60 MB. Default 16. */
  UPLOAD_CONCURRENCY: wholeNumber(1, 1000, 16),
  /** Milliseconds that a client may take to send a request. Default 120000. */
  UPLOAD_TIMEOUT_MS: wholeNumber(1000, 3_600_000, 120_000),
  /**
   * Milliseconds that a connection may be idle until the service closes it. Longer than any proxy in front keeps it, so
   * that none sends a request into a connection that is being closed: Google's load balancers 600 s. Default 620000.
   */
  KEEP_ALIVE_TIMEOUT_MS: wholeNumber(1000, 3_600_000, 620_000),
  /** Photos decoded at the same time: decoding takes more memory than inference. Default 2. */
  DECODE_CONCURRENCY: wholeNumber(1, 64, 2),

  /** Identifications a client may ask for in a minute; 0 is no limit. Default 120. */
  RATE_LIMIT: wholeNumber(0, 1_000_000, 120),
  /** Proxies in front of the service, whose X-Forwarded-For is believed. Default 0. */
  TRUST_PROXY: wholeNumber(0, 10, 0),
  /** TCP port of the addresses that manage models; 0 has none. Default 0. */
  ADMIN_PORT: wholeNumber(0, 65_535, 0),
  /** Address that the admin port listens on. Default 127.0.0.1: this machine, or this pod, only. */
  ADMIN_HOST: z.string().default('127.0.0.1').meta({ expected: 'an address' }),
  /** What a request to the admin port shows to be let in, 16 characters or more. Default none: needed with the port. */
  ADMIN_TOKEN: z
    .string()
    .regex(/^\S{16,}$/)
    .or(z.literal(''))
    .default('')
    .meta({ expected: '16 characters or more, without spaces', secret: true }),
  /** File that has the token in place of ADMIN_TOKEN, as Kubernetes mounts secrets. Default none. */
  ADMIN_TOKEN_FILE: z.string().default('').meta({ expected: 'a path' }),

  /** Address of an OpenTelemetry collector that takes OTLP over HTTP, to record traces. Default none: records none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .or(z.literal(''))
    .default('')
    .meta({
      expected: 'an http or https address',
    }),
  /** Name of this service in traces. Default mushroom-identifier. */
  OTEL_SERVICE_NAME: z.string().default('mushroom-identifier').meta({ expected: 'text' }),

  /** Milliseconds to go on serving after SIGTERM, while load balancers notice /readyz. Default 0. */
  DRAIN_DELAY_MS: wholeNumber(0, 600_000, 0),
  /** Milliseconds that requests in flight have to finish while the service stops. Default 25000. */
  DRAIN_TIMEOUT_MS: wholeNumber(0, 600_000, 25_000),
});

export type Config = z.infer<typeof environmentSchema>;

/** Keys that had another name, which is still read for one release. */
const FORMER_NAMES: Partial<Record<keyof Config, string>> = { MODEL_ALIASES: 'MODEL_LABELS' };

/** A sentence for each key that is set by its former name, for the log. */
export function formerNamesIn(environment: Record<string, string | undefined> = process.env): string[] {
  return Object.entries(FORMER_NAMES).flatMap(([key, former]) =>
    environment[former]
      ? [`${former} is now called ${key}: the old name will not be read any more in the next release.`]
      : [],
  );
}

function objectionTo(key: string, value: string | undefined): string {
  const { expected = 'another value', secret } = environmentSchema.shape[key as keyof Config]?.meta() ?? {};
  const is = secret ? 'has a value that can not be used' : `is "${value}"`;
  return `${key} ${is}, but must be ${String(expected)}.`;
}

function tokenFrom(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`ADMIN_TOKEN_FILE can not be read: ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** The environment of a child process: this one's without its secrets and, where that has no such key, what is given. */
export function childEnvironment(defaults: Record<string, string>): NodeJS.ProcessEnv {
  const isSecret = (key: string) => environmentSchema.shape[key as keyof Config]?.meta()?.secret === true;
  const own = Object.entries(process.env).filter(([key]) => !isSecret(key));
  return { ...defaults, ...Object.fromEntries(own) };
}

/**
 * Reads the configuration. A key that is set to nothing counts as not set.
 * @throws ConfigError with one sentence naming the first key that has a bad value.
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  for (const [key, former] of Object.entries(FORMER_NAMES)) set[key] ??= set[former];
  if (set.ADMIN_TOKEN_FILE !== undefined) set.ADMIN_TOKEN = tokenFrom(set.ADMIN_TOKEN_FILE);
  const result = environmentSchema.safeParse(set);
  if (!result.success) {
    const key = String(result.error.issues[0]?.path[0]);
    throw new ConfigError(objectionTo(key, set[key]));
  }
  if (result.data.ADMIN_PORT !== 0 && result.data.ADMIN_TOKEN === '') {
    throw new ConfigError('ADMIN_PORT needs a token: set ADMIN_TOKEN_FILE or ADMIN_TOKEN.');
  }
  return result.data;
}
