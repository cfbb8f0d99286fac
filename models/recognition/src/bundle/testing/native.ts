import { describe } from 'vitest';
import { startBackend, type BackendName } from '../backend.ts';

/**
 * Whether the optional native library loads on this machine and this Node; wasm always does. A process that has loaded it
 * keeps it, and may still choose wasm.
 */
export const nativeLoads = await startBackend('native').then(
  () => true,
  () => false,
);

/** For the title of what is skipped where it does not. */
export const NEEDS_NATIVE = 'needs @tensorflow/tfjs-node to load';

/** The same tests on wasm and on the native backend, which is started for them; where it does not load they are skipped. */
export function describeOnEachBackend(what: string, tests: (backend: BackendName) => void): void {
  describe(`${what} on the wasm backend`, () => tests('wasm'));
  describe.skipIf(!nativeLoads)(`${what} on the native backend (${NEEDS_NATIVE})`, () => tests('native'));
}
