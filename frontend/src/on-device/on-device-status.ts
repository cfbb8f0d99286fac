import { proxy } from 'comlink';
import { useEffect, useSyncExternalStore } from 'react';
import { deviceProblem, type DeviceProblemCode } from './device-problem.ts';
import { inDeviceWorker, stopDeviceWorker } from './device-worker.ts';
import { cachedModel, canKeepModels, type ModelName } from './model-cache.ts';

/** Whether this device can look at photos by itself. */
export type OnDeviceStatus =
  /** The page has no secure origin, for which browsers keep no model; or the browser is too old. */
  | { state: 'unsupported'; why: 'insecure' | 'browser' }
  | { state: 'absent' }
  /** Bytes of the model that are fetched, and of all; both 0 until the size is known. */
  | { state: 'preparing'; loaded: number; total: number }
  | { state: 'ready'; model: ModelName }
  | { state: 'failed'; code: DeviceProblemCode };

const NOT_FETCHED: readonly DeviceProblemCode[] = ['model_not_here', 'model_stalled', 'cancelled'];

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
  if (canKeepModels() && 'OffscreenCanvas' in globalThis) return undefined;
  return { state: 'unsupported', why: globalThis.isSecureContext === false ? 'insecure' : 'browser' };
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

/**
 * Else a browser that is short of room may throw the model away first. Not waited for: Firefox asks the person, who may
 * never answer. A no is no failure.
 */
function askToPersist(): void {
  void navigator.storage?.persist?.().catch(() => false);
}

async function prepare(): Promise<void> {
  set({ state: 'preparing', loaded: 0, total: 0 });
  try {
    askToPersist();
    const onBytes = proxy((loaded: number, total: number) => void set({ state: 'preparing', loaded, total }));
    const model = await inDeviceWorker((identifier) => identifier.prepare(onBytes));
    set({ state: 'ready', model });
  } catch (error) {
    const problem = deviceProblem(error);
    // What was here before the failure still is, unless it was what failed.
    const model = NOT_FETCHED.includes(problem.code) ? await cachedModel().catch(() => null) : null;
    if (model) set({ state: 'ready', model });
    else set(problem.code === 'cancelled' ? { state: 'absent' } : { state: 'failed', code: problem.code });
    if (!model) throw problem;
  }
}

/** Ends fetching the model. What was here before still is. */
export function cancelPreparing(): void {
  if (preparing) stopDeviceWorker();
}

/** The status for a component; undefined until it is looked up. */
export function useOnDeviceStatus(): OnDeviceStatus | undefined {
  useEffect(() => void onDeviceStatus(), []);
  return useSyncExternalStore(onStatusChange, statusNow);
}
