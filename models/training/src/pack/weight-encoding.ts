import { Float16Array } from '@petamoriken/float16';
import type { io } from '@tensorflow/tfjs-core';

/** How a graph model's weights are kept on disk and sent; every backend widens them to float32 at load. */
export const WEIGHT_WIDTHS = ['float32', 'float16', 'uint8'] as const;
export type WeightWidth = (typeof WEIGHT_WIDTHS)[number];

/** Bytes with what tfjs needs to decode them. */
export interface EncodedWeights {
  bytes: Buffer;
  quantization?: NonNullable<io.WeightsManifestEntry['quantization']>;
}

/** One fewer than a byte has, so that the steps can be moved to meet 0 and still reach both ends. */
const STEPS = 254;

/**
 * Encodes a tensor as tfjs-converter's `model.json` describes it. uint8 is affine over the whole tensor, from its least
 * value to its greatest: `value ≈ min + scale × byte`, no further off than half a scale, and 0 stays 0 (Jacob et al. 2018,
 * arXiv:1712.05877, §§ 2.1, 3): weight decay leaves channels that say nothing, and a small weight for all that they see
 * would make them speak. The format has one scale a tensor; one a channel would take an operation more a layer.
 */
export function encodeWeights(values: Float32Array, width: WeightWidth): EncodedWeights {
  switch (width) {
    case 'float32':
      return { bytes: Buffer.from(Float32Array.from(values).buffer) };
    case 'float16':
      // tfjs's type knows no float16 beside a scale; its decoder asks for neither scale nor min.
      return {
        bytes: Buffer.from(new Float16Array(values).buffer),
        quantization: { dtype: 'float16', original_dtype: 'float32' } as never,
      };
    case 'uint8': {
      const least = values.reduce((lowest, value) => Math.min(lowest, value), Infinity);
      const greatest = values.reduce((highest, value) => Math.max(highest, value), -Infinity);
      // Where all values are the same, any scale will do, but 0.
      const scale = (greatest - least) / STEPS || 1;
      const min = least < 0 && greatest > 0 ? -Math.round(-least / scale) * scale : least;
      const bytes = Buffer.from(Uint8Array.from(values, (value) => Math.round((value - min) / scale)).buffer);
      return { bytes, quantization: { dtype: 'uint8', original_dtype: 'float32', min, scale } as never };
    }
  }
}
