import { proxy } from 'comlink';
import { useEffect, useSyncExternalStore } from 'react';
import { deviceProblem, type DeviceProblemCode } from './device-problem.ts';
import { inDeviceWorker } from './device-worker.ts';
import { cachedModel, canKeepModels, type ModelName } from './model-cache.ts';

/** Whether this device can look at photos by itself. */
export type OnDeviceStatus =
  /** The page has no secure origin, or the browser is too old. */
  | { state: 'unsupported' }
  | { state: 'absent' }
  /** Bytes of the model that are fetched, and of all; both 0 until the size is known. */
  | { state: 'preparing'; loaded: number; total: number }
  | { state: 'ready'; model: ModelName }
  | { state: 'failed'; code: DeviceProblemCode };

let status: OnDeviceStatus | undefined;
let preparing: Promise<void> | undefined;
const listeners = new Set<() => void>();

function set(next: OnDeviceStatus): OnDeviceStatus {
  status = next;
  listeners.forEach((listener) => listener());
  return next;
}

/** The status, looked up on first use. */
export async function onDeviceStatus(): Promise<OnDeviceStatus> {
  if (status) return status;
  const model = await cachedModel().catch(() => null);
  return status ?? set(unsupported() ?? (model ? { state: 'ready', model } : { state: 'absent' }));
}

function unsupported(): OnDeviceStatus | undefined {
  return canKeepModels() && 'OffscreenCanvas' in globalThis ? undefined : { state: 'unsupported' };
}

/** Is told of every change of the status; returns how to end that. */
function onStatusChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The status now; undefined until it is looked up. */
function statusNow(): OnDeviceStatus | undefined {
  return status;
}

/**
 * Fetches the model that the service serves, unless it is here already, and tries it.
 * @throws ApiProblem where that fails; the status tells it as well.
 */
export function prepareOnDevice(): Promise<void> {
  preparing ??= prepare().finally(() => {
    preparing = undefined;
  });
  return preparing;
}

async function prepare(): Promise<void> {
  set({ state: 'preparing', loaded: 0, total: 0 });
  try {
    // Else a browser that is short of room may throw the model away first. It may also say no: that is no failure.
    await navigator.storage?.persist?.().catch(() => false);
    const onBytes = proxy((loaded: number, total: number) => void set({ state: 'preparing', loaded, total }));
    const model = await inDeviceWorker((identifier) => identifier.prepare(onBytes));
    set({ state: 'ready', model });
  } catch (error) {
    const problem = deviceProblem(error);
    // What was here before the failure still is, unless it was what failed.
    const model = problem.code === 'model_not_here' ? await cachedModel().catch(() => null) : null;
    set(model ? { state: 'ready', model } : { state: 'failed', code: problem.code });
    if (!model) throw problem;
  }
}

/** The status for a component; undefined until it is looked up. */
export function useOnDeviceStatus(): OnDeviceStatus | undefined {
  useEffect(() => void onDeviceStatus(), []);
  return useSyncExternalStore(onStatusChange, statusNow);
}
