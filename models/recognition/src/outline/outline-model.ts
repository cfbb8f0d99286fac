import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { graphFrom, readGolden } from '../bundle/bundle-reader.ts';
import { checkGolden } from '../bundle/golden-check.ts';
import type { ModelInput } from '../bundle/classifier.ts';
import { sharesOf } from './mask-shares.ts';
import { openOutlineBundle } from './outline-bundle-reader.ts';
import type { OutlineBundle } from './outline-model.schema.ts';

/** What of a bundle the model itself needs. */
export type OutlineFacts = Pick<OutlineBundle, 'input' | 'signature' | 'side'>;

/** Tells the specimen from what is around it, on whatever TensorFlow.js backend is active. */
export class OutlineModel {
  private constructor(
    private readonly graph: Awaited<ReturnType<typeof loadGraphModel>>,
    private readonly facts: OutlineFacts,
  ) {}

  /** @throws Error where the graph can't be read. */
  static async load(source: tf.io.IOHandler, facts: OutlineFacts): Promise<OutlineModel> {
    return new OutlineModel(await loadGraphModel(source), facts);
  }

  /**
   * Loads the model and checks its golden outputs, which also warms it up.
   * @returns the model with the largest difference of a share.
   * @throws BundleError; Error where a golden output differs by more than the bundle tolerates.
   */
  static async open(directory: string): Promise<{ model: OutlineModel; goldenDifference: number }> {
    const open = await openOutlineBundle(directory);
    const model = await OutlineModel.load(graphFrom(open), open.bundle);
    return { model, goldenDifference: await checkGolden(model, await readGolden(open), sharesOf) };
  }

  /**
   * @returns a photo `side²` logits of "this belongs to the specimen", row by row.
   * @throws RangeError where an input or the graph's mask is of another size.
   */
  async logits(inputs: readonly ModelInput[]): Promise<Float32Array[]> {
    const { input, signature, side } = this.facts;
    const length = input.size * input.size * 3;
    const masks: Float32Array[] = [];
    for (const pixels of inputs) {
      if (pixels.length !== length) {
        throw new RangeError(`${pixels.length} bytes are no ${input.size} × ${input.size} RGB input`);
      }
      const mask = tf.tidy(() => {
        const batch = tf.tensor4d(Float32Array.from(pixels), [1, input.size, input.size, 3]);
        return this.graph.execute({ [signature.input]: batch }, signature.mask) as tf.Tensor;
      });
      try {
        if (mask.size !== side * side) throw new RangeError(`the graph gives ${mask.size} cells for ${side} × ${side}`);
        masks.push((await mask.data()) as Float32Array);
      } finally {
        mask.dispose();
      }
    }
    return masks;
  }

  dispose(): void {
    this.graph.dispose();
  }
}
