import { NEEDS_NATIVE, nativeLoads } from '@mushroom/recognition/bundle/testing/native';
import { describe } from 'vitest';
import type { Backend } from '../inference/backends.ts';

/** Whether ONNX Runtime loads on this machine: it has a library for most, not for all. */
export const onnxLoads = await import('onnxruntime-node').then(
  () => true,
  () => false,
);

/** For the title of what is skipped where it does not. */
export const NEEDS_ONNX = 'needs onnxruntime-node to load';

/** The same tests for each backend that a worker may run on; where one does not load they are skipped. */
export function describeOnEachBackend(what: string, tests: (backend: Backend) => void): void {
  describe.skipIf(!onnxLoads)(`${what} on ONNX Runtime (${NEEDS_ONNX})`, () => tests('onnx'));
  describe.skipIf(!nativeLoads)(`${what} on native TensorFlow.js (${NEEDS_NATIVE})`, () => tests('native'));
  describe(`${what} on wasm`, () => tests('wasm'));
}
