/** What a worker can run a model on, the fastest first: ONNX Runtime, native TensorFlow.js, and TensorFlow.js as wasm. */
export const BACKENDS = ['onnx', 'native', 'wasm'] as const;
export type Backend = (typeof BACKENDS)[number];
export type BackendChoice = Backend | 'auto';

/** What a worker tries, in this order. */
export function backendsToTry(choice: BackendChoice): Backend[] {
  return choice === 'auto' ? [...BACKENDS] : [choice];
}
