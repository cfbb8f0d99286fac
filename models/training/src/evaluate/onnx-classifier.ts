import type { InferenceSession } from 'onnxruntime-node';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { ClassifierFacts } from '@mushroom/recognition/bundle/classifier';
import { EXPLAIN } from '@mushroom/recognition/bundle/onnx-names';

/** ONNX Runtime, where its library loads: there is none for every machine. */
export const onnxRuntime = await import('onnxruntime-node').catch(() => null);

/**
 * A classifier by its ONNX model: an order of magnitude faster than TensorFlow.js on wasm. Where a network is in whole
 * numbers, it gives the same logits; others differ in the fifth digit.
 */
export class OnnxClassifier {
  private constructor(
    private readonly session: InferenceSession,
    private readonly bundle: ClassifierFacts,
  ) {}

  /** @returns null where ONNX Runtime does not load. @throws Error where the model can't be read. */
  static async load(model: Uint8Array, bundle: ClassifierFacts): Promise<OnnxClassifier | null> {
    if (!onnxRuntime) return null;
    return new OnnxClassifier(await onnxRuntime.InferenceSession.create(model), bundle);
  }

  /** @param inputs `size × size × 3` bytes each. @returns the logits a photo, in the order of the bundle's labels. */
  async logits(inputs: readonly Uint8Array[]): Promise<Float32Array[]> {
    const { size } = this.bundle.input;
    const { input, logits }: Bundle['signature'] = this.bundle.signature;
    const { Tensor } = onnxRuntime!;
    const pixels = new Tensor('uint8', Buffer.concat(inputs), [inputs.length, size, size, 3]);
    const answer = await this.session.run({ [input]: pixels, [EXPLAIN]: new Tensor('bool', [false], []) }, [logits]);
    const values = answer[logits]!.data as Float32Array;
    const width = values.length / inputs.length;
    return inputs.map((_, index) => values.slice(index * width, (index + 1) * width));
  }
}
