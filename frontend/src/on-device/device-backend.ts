import '@tensorflow/tfjs-backend-wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { env, ready, setBackend } from '@tensorflow/tfjs-core';
import { fetchFile } from './fetch-file.ts';

// Threads would need a cross-origin isolated page, and workers made from text.
env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
// Every browser that can decode photos in a worker has SIMD as well. Told once: after a start that failed, TensorFlow.js
// refuses to be told again (findings/tfjs-wasm-tried-once.sh), and starts with what it was told.
setWasmPaths({
  'tfjs-backend-wasm.wasm': simdWasm,
  'tfjs-backend-wasm-simd.wasm': simdWasm,
  'tfjs-backend-wasm-threaded-simd.wasm': simdWasm,
});

/**
 * Starts TensorFlow.js on WebAssembly: unlike WebGL it computes the same on every device.
 * @throws DeviceError where the file can't be fetched; Error where the browser has no WebAssembly.
 */
export async function startDeviceBackend(): Promise<void> {
  // TensorFlow.js would wait for the file without a limit. Fetched before, it comes from the browser's cache.
  await fetchFile(simdWasm);
  if (!(await setBackend('wasm'))) throw new Error('the wasm backend did not start');
  await ready();
}
