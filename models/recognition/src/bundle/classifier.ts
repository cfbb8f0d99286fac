import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { CLASS_MAPS, withClassMaps, type ClassMaps } from '../explanation/class-maps.ts';
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
  /** Gets ready to give class maps as well, which may take a while the first time. */
  explaining(): Promise<ExplainedRun>;
  dispose(): void;
}

/**
 * Runs inside of `tf.tidy`, as `logits` does.
 * @returns `logits` as ever, and `classMaps` `[n, height, width, labels]`.
 */
export type ExplainedRun = (batch: tf.Tensor4D) => { logits: tf.Tensor; classMaps: tf.Tensor };

/** What a photo says, and where in it. */
export interface ExplainedPhoto {
  /** In the order of the bundle's labels. */
  logits: Float32Array;
  classMaps: ClassMaps;
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
    const { signature } = bundle;
    const handler = typeof source === 'string' ? tf.io.http(source) : source;
    const artifacts = withClassMaps(await handler.load!(), signature);
    const graph = await loadGraphModel({ load: async () => artifacts });
    // The graph model keeps what it was loaded from, and the backend has a copy of the weights by now.
    delete artifacts.weightData;
    const network: LoadedNetwork = {
      logits: (batch) => graph.execute({ [signature.input]: batch }, signature.logits) as tf.Tensor,
      explaining: async () => (batch) => {
        const outputs = graph.execute({ [signature.input]: batch }, [signature.logits, CLASS_MAPS]);
        const [logits, classMaps] = outputs as [tf.Tensor, tf.Tensor];
        return { logits, classMaps };
      },
      dispose: () => graph.dispose(),
    };
    return new Classifier(network, bundle);
  }

  /** Loads a classifier for some work, and disposes it however that ends. @throws Error as `load`, and as the work. */
  static async use<T>(
    source: string | tf.io.IOHandler,
    bundle: ClassifierFacts,
    work: (classifier: Classifier) => Promise<T>,
  ): Promise<T> {
    const classifier = await Classifier.load(source, bundle);
    try {
      return await work(classifier);
    } finally {
      classifier.dispose();
    }
  }

  /**
   * @returns the logits a photo, in the order of the bundle's labels.
   * @throws RangeError where an input is of another size, or the graph has not as many logits as the bundle labels.
   */
  async logits(inputs: readonly ModelInput[]): Promise<Float32Array[]> {
    if (inputs.length === 0) return [];
    const pixels = this.pixelsOf(inputs);
    const logits = tf.tidy(() => this.network.logits(this.batchOf(pixels)));
    try {
      return this.logitsIn((await logits.data()) as Float32Array, inputs.length);
    } finally {
      logits.dispose();
    }
  }

  /**
   * The logits with what each place of the photos has to do with them, by one run of the network.
   * @throws RangeError as `logits` does; Error where the network can't tell.
   */
  async explained(inputs: readonly ModelInput[]): Promise<ExplainedPhoto[]> {
    if (inputs.length === 0) return [];
    const pixels = this.pixelsOf(inputs);
    const run = await this.network.explaining();
    const { logits, classMaps } = tf.tidy(() => run(this.batchOf(pixels)));
    try {
      const perPhoto = this.logitsIn((await logits.data()) as Float32Array, inputs.length);
      const [, height, width] = classMaps.shape as [number, number, number, number];
      const values = (await classMaps.data()) as Float32Array;
      const length = values.length / inputs.length;
      return perPhoto.map((photo, index) => ({
        logits: photo,
        classMaps: { height, width, values: values.slice(index * length, (index + 1) * length) },
      }));
    } finally {
      tf.dispose([logits, classMaps]);
    }
  }

  private pixelsOf(inputs: readonly ModelInput[]): Float32Array {
    const { size } = this.bundle.input;
    const length = size * size * 3;
    const odd = inputs.find((input) => input.length !== length);
    if (odd) throw new RangeError(`${odd.length} bytes are no ${size} × ${size} RGB input`);
    const pixels = new Float32Array(inputs.length * length);
    inputs.forEach((input, index) => pixels.set(input, index * length));
    return pixels;
  }

  private batchOf(pixels: Float32Array): tf.Tensor4D {
    const { size } = this.bundle.input;
    return tf.tensor4d(pixels, [pixels.length / (size * size * 3), size, size, 3]);
  }

  private logitsIn(values: Float32Array, photos: number): Float32Array[] {
    const width = this.bundle.labels.length;
    if (values.length !== photos * width) {
      throw new RangeError(`the graph gives ${values.length / photos} logits for ${width} labels`);
    }
    return Array.from({ length: photos }, (_, index) => values.slice(index * width, (index + 1) * width));
  }

  dispose(): void {
    this.network.dispose();
  }
}
