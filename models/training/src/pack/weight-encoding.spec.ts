import { io } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { encodeWeights, type WeightWidth } from './weight-encoding.ts';

const random = seedrandom('weights');
const some = Float32Array.from({ length: 1000 }, () => (random() - 0.3) * 2);

/** As tfjs reads them back from a bundle. */
function decoded(values: Float32Array, width: WeightWidth): number[] {
  const { bytes, ...encoding } = encodeWeights(values, width);
  const spec = { name: 'kernel', shape: [values.length], dtype: 'float32' as const, ...encoding };
  return [...io.decodeWeights(Uint8Array.from(bytes).buffer, [spec]).kernel!.dataSync()];
}

const largestError = (values: Float32Array, width: WeightWidth) =>
  Math.max(...decoded(values, width).map((value, index) => Math.abs(value - values[index]!)));

describe('encoded weights', () => {
  it.each([
    ['float32', 4],
    ['float16', 2],
    ['uint8', 1],
  ] as const)('of %s take %i bytes each', (width, bytes) => {
    expect(encodeWeights(some, width).bytes).toHaveLength(some.length * bytes);
  });

  it('of float32 are read back as they were', () => {
    expect(largestError(some, 'float32')).toBe(0);
  });

  it('of float16 keep eleven bits', () => {
    const relative = decoded(some, 'float16').map((value, index) => Math.abs(value / some[index]! - 1));
    expect(Math.max(...relative)).toBeLessThanOrEqual(2 ** -11);
  });

  it('of uint8 are off by half a step of 254 at most', () => {
    const step = (Math.max(...some) - Math.min(...some)) / 254;
    expect(largestError(some, 'uint8')).toBeLessThan(step * 0.5001);
    expect(largestError(some, 'uint8')).toBeGreaterThan(step * 0.4);
  });

  it('of uint8 keep the least and the greatest value, to half a step', () => {
    const [least, , greatest] = decoded(Float32Array.of(-0.7, 0.1, 1.3), 'uint8');
    expect(Math.abs(least! + 0.7)).toBeLessThan(1 / 254);
    expect(Math.abs(greatest! - 1.3)).toBeLessThan(1 / 254);
  });

  it('of uint8 keep 0', () => {
    expect(decoded(Float32Array.of(-0.7, 0, 1.3, 1e-7), 'uint8')).toEqual([
      expect.any(Number),
      0,
      expect.any(Number),
      0,
    ]);
    expect(decoded(Float32Array.of(-0.013, 0, 0.9), 'uint8')[1]).toBe(0);
  });

  it('of uint8 may all be the same', () => {
    expect(decoded(Float32Array.of(0.25, 0.25), 'uint8')).toEqual([0.25, 0.25]);
    expect(decoded(Float32Array.of(0, 0), 'uint8')).toEqual([0, 0]);
  });
});
