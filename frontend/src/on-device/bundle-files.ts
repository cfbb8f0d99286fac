import { bundleSchema, goldenSchema, type Bundle, type Golden } from '@mushroom/recognition/bundle/bundle.schema';
import { io } from '@tensorflow/tfjs-core';
import type { ModelList } from '@mushroom/api-service/models/models.schema';
import { getFacts } from '../api/request-policy.ts';
import { DeviceError } from './device-problem.ts';
import { fetchFile, notFetched } from './fetch-file.ts';
import { bytesOnDevice, fileAddress, filesOnDevice, openModelCache, type ModelName } from './model-cache.ts';

/** A bundle whose files are all there and all as its checksums say. */
export interface CheckedBundle {
  bundle: Bundle;
  golden: Golden;
  graph: io.IOHandler;
}

/** No file names the checksum of `bundle.json`: it is kept beside it, so that a failing disk shows there too. */
const OWN_CHECKSUM = 'x-sha256';

/** The copy in the browser's own cache may be the damaged one, and a second copy of a model is a waste. */
const PAST_THE_CACHE = 'no-store';

/** Called with how many of the bytes to fetch are here. */
export type OnBytes = (loaded: number, total: number) => void;

/**
 * Which version the service answers with.
 * @throws DeviceError `model_not_here` where the service doesn't say, `model_stalled` where it doesn't answer.
 */
export async function servedModel(): Promise<ModelName> {
  const response = await getFacts('/api/v1/models').catch(notFetched);
  if (!response.ok) throw new DeviceError('model_not_here');
  const { models } = (await response.json()) as ModelList;
  for (const { name, versions } of models) {
    const served = versions.find((version) => version.served);
    if (served) return { name, version: served.version };
  }
  throw new DeviceError('model_not_here');
}

/**
 * Fetches what of a bundle is needed to run it, and caches it: each file once its checksum is right, `bundle.json` last.
 * @throws DeviceError `model_not_here` where a file can't be fetched, `model_stalled` where no more of it comes,
 * `model_damaged` where it is not what the bundle names, `no_room` where the device won't keep it.
 */
export async function fetchBundle(model: ModelName, onBytes: OnBytes): Promise<void> {
  const cache = await openModelCache(model);
  const description = await fetchFile(fileAddress(model, 'bundle.json'), { cache: PAST_THE_CACHE });
  const bundle = bundleFrom(description, model);
  const total = bytesOnDevice(bundle);
  let loaded = 0;
  onBytes(loaded, total);
  for (const file of filesOnDevice(bundle)) {
    const address = fileAddress(model, file);
    const bytes = await fetchFile(address, {
      cache: PAST_THE_CACHE,
      onBytes: (more) => onBytes((loaded += more), total),
    });
    await check(bytes, bundle.files[file]!.sha256);
    await put(cache, address, new Response(bytes));
  }
  const headers = { [OWN_CHECKSUM]: await sha256(description) };
  await put(cache, fileAddress(model, 'bundle.json'), new Response(description, { headers }));
}

/**
 * Reads a cached bundle, and checks every file of it again: a disk may fail after the download.
 * @throws DeviceError `model_damaged` where a file is missing or differs from its checksum.
 */
export async function openCachedBundle(model: ModelName): Promise<CheckedBundle> {
  const cache = await openModelCache(model);
  const read = async (file: string) => {
    const found = await cache.match(fileAddress(model, file));
    if (!found) throw new DeviceError('model_damaged');
    return found;
  };
  const description = await read('bundle.json');
  const text = await description.arrayBuffer();
  await check(text, description.headers.get(OWN_CHECKSUM));
  const bundle = bundleFrom(text, model);
  const files = new Map<string, ArrayBuffer>();
  for (const file of filesOnDevice(bundle)) {
    const bytes = await (await read(file)).arrayBuffer();
    await check(bytes, bundle.files[file]!.sha256);
    files.set(file, bytes);
  }
  const golden = goldenSchema.parse(jsonFrom(files.get('golden.json')));
  return { bundle, golden, graph: graphFrom(files) };
}

function graphFrom(files: ReadonlyMap<string, ArrayBuffer>): io.IOHandler {
  const model = jsonFrom(files.get('graph/model.json')) as io.ModelJSON;
  return {
    load: () =>
      io.getModelArtifactsForJSON(model, async (manifest) => {
        const shards = manifest.flatMap(({ paths }) => paths).map((shard) => files.get(`graph/${shard}`)!);
        return [manifest.flatMap(({ weights }) => weights), shards];
      }),
  };
}

function jsonFrom(bytes: ArrayBuffer | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new DeviceError('model_damaged', { cause: error });
  }
}

function bundleFrom(bytes: ArrayBuffer, { name, version }: ModelName): Bundle {
  const { success, data } = bundleSchema.safeParse(jsonFrom(bytes));
  if (!success || data.name !== name || data.version !== version) throw new DeviceError('model_damaged');
  return data;
}

async function check(bytes: ArrayBuffer, checksum: string | null): Promise<void> {
  if ((await sha256(bytes)) !== checksum) throw new DeviceError('model_damaged');
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function put(cache: Cache, address: string, file: Response): Promise<void> {
  await cache.put(address, file).catch((error: unknown) => {
    throw new DeviceError('no_room', { cause: error });
  });
}
