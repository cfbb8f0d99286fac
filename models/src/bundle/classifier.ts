import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import type { Bundle } from './bundle.schema.ts';

/** What of a bundle the classifier itself needs. */
export type ClassifierFacts = Pick<Bundle, 'input' | 'signature' | 'labels'>;

/**
 * The classifier of a bundle on whatever TensorFlow.js backend is active: the same code in the service, in
 * evaluation and in the browser.
 */
export class Classifier {
  private constructor(
    private readonly model: GraphModel,
    private readonly bundle: ClassifierFacts,
  ) {}

  /**
   * @param source where the graph is: a URL in a browser, an IO handler elsewhere.
   * @throws Error where the graph can't be read.
   */
  static async load(source: string | tf.io.IOHandler, bundle: ClassifierFacts): Promise<Classifier> {
    return new Classifier(await loadGraphModel(source), bundle);
  }

  /**
   * @param inputs one `size × size × 3` byte array of RGB a photo, from `photoToInput`.
   * @returns the logits a photo, in the order of the bundle's labels.
   * @throws RangeError where an input is of another size, or the graph has not as many logits as the bundle labels.
   */
  async logits(inputs: readonly Uint8Array[]): Promise<Float32Array[]> {
    if (inputs.length === 0) return [];
    const { size } = this.bundle.input;
    const length = size * size * 3;
    const odd = inputs.find((input) => input.length !== length);
    if (odd) throw new RangeError(`${odd.length} bytes are no ${size} × ${size} RGB input`);
    const pixels = new Float32Array(inputs.length * length);
    inputs.forEach((input, index) => pixels.set(input, index * length));
    const logits = tf.tidy(() => {
      const batch = tf.tensor4d(pixels, [inputs.length, size, size, 3]);
      return this.model.execute({ [this.bundle.signature.input]: batch }, this.bundle.signature.logits) as tf.Tensor;
    });
    try {
      const values = (await logits.data()) as Float32Array;
      const width = this.bundle.labels.length;
      if (values.length !== inputs.length * width) {
        throw new RangeError(`the graph gives ${values.length / inputs.length} logits for ${width} labels`);
      }
      return inputs.map((_, index) => values.slice(index * width, (index + 1) * width));
    } finally {
      logits.dispose();
    }
  }

  dispose(): void {
    this.model.dispose();
  }
}
