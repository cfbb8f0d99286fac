import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { onnxRuntime } from '../../evaluate/onnx-classifier.ts';

/** For the title of what is skipped where it does not. */
export const NEEDS_ONNX_RUNTIME = 'needs onnxruntime-node to load';

/** Loads a model, on one thread. */
export function onnxSession(model: Uint8Array): Promise<InferenceSession> {
  return onnxRuntime!.InferenceSession.create(model, { intraOpNumThreads: 1 });
}

/** The bytes of photos, `[count, side, side, 3]`. */
export function onnxPhotos(rgb: Uint8Array, side: number): Tensor {
  return new onnxRuntime!.Tensor('uint8', rgb, [rgb.length / (side * side * 3), side, side, 3]);
}

/** Whether a classifier gives class maps. */
export const onnxExplain = (explain: boolean): Tensor => new onnxRuntime!.Tensor('bool', [explain], []);
