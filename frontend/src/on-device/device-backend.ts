import '@tensorflow/tfjs-backend-wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { env, ready, setBackend } from '@tensorflow/tfjs-core';

/**
 * Starts TensorFlow.js on WebAssembly: unlike WebGL it computes the same on every device.
 * @throws Error where the browser has no WebAssembly, or the file can't be loaded.
 */
export async function startDeviceBackend(): Promise<void> {
  // Threads would need a cross-origin isolated page, and workers made from text.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  // Every browser that can decode photos in a worker has SIMD as well.
  setWasmPaths({
    'tfjs-backend-wasm.wasm': simdWasm,
    'tfjs-backend-wasm-simd.wasm': simdWasm,
    'tfjs-backend-wasm-threaded-simd.wasm': simdWasm,
  });
  if (!(await setBackend('wasm'))) throw new Error('the wasm backend did not start');
  await ready();
}
