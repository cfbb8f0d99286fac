import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { Bundle } from './bundle.schema.ts';

/** `size × size × 3` values of RGB, row by row: bytes from `photoToInput`, or the same as numbers from 0 to 255. */
export type ModelInput = Uint8Array | Float32Array;

/** What of a bundle the classifier itself needs. */
export type ClassifierFacts = Pick<Bundle, 'input' | 'signature' | 'labels'>;

/** A network that is loaded, in whatever form the backend runs it fastest. */
export interface LoadedNetwork {
  /**
   * Runs inside of `tf.tidy`: tensors beside the result need no disposal.
   * @param batch `[n, size, size, 3]`, RGB, 0…255.
   * @returns `[n, labels]`.
   */
  logits(batch: tf.Tensor4D): tf.Tensor;
  dispose(): void;
}

/**
 * The classifier of a bundle on whatever TensorFlow.js backend is active: the same code in the service, in
 * evaluation and in the browser.
 */
export class Classifier {
  constructor(
    private readonly network: LoadedNetwork,
    private readonly bundle: ClassifierFacts,
  ) {}

  /**
   * The classifier by the bundle's graph model, which every backend runs.
   * @param source where the graph is: a URL in a browser, an IO handler elsewhere.
   * @throws Error where the graph can't be read.
   */
  static async load(source: string | tf.io.IOHandler, bundle: ClassifierFacts): Promise<Classifier> {
    const { input, logits } = bundle.signature;
    const graph = await loadGraphModel(source);
    const network = {
      logits: (batch: tf.Tensor4D) => graph.execute({ [input]: batch }, logits) as tf.Tensor,
      dispose: () => graph.dispose(),
    };
    return new Classifier(network, bundle);
  }

  /**
   * @returns the logits a photo, in the order of the bundle's labels.
   * @throws RangeError where an input is of another size, or the graph has not as many logits as the bundle labels.
   */
  async logits(inputs: readonly ModelInput[]): Promise<Float32Array[]> {
    if (inputs.length === 0) return [];
    const { size } = this.bundle.input;
    const length = size * size * 3;
    const odd = inputs.find((input) => input.length !== length);
    if (odd) throw new RangeError(`${odd.length} bytes are no ${size} × ${size} RGB input`);
    const pixels = new Float32Array(inputs.length * length);
    inputs.forEach((input, index) => pixels.set(input, index * length));
    const logits = tf.tidy(() => this.network.logits(tf.tensor4d(pixels, [inputs.length, size, size, 3])));
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
    this.network.dispose();
  }
}
