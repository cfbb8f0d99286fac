import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { teachersTogether, type Teacher } from './teacher.ts';

beforeAll(() => startBackend('auto'));

const LEAVES = [{ taxon: 'Amanita muscaria' }, { taxon: 'Boletus edulis' }];

/** Says the same of every image, and notes the size that it was shown. */
function saying(shares: number[], size = 8, labels: readonly object[] = LEAVES): Teacher & { sides: number[] } {
  const sides: number[] = [];
  return {
    sha256: String(shares),
    size,
    labels,
    sides,
    sharesOf: (images) => {
      sides.push(images.shape[1]);
      return tf.tile(tf.tensor2d([shares]), [images.shape[0], 1]);
    },
  };
}

const images = (side: number) => tf.ones([3, side, side, 3]) as tf.Tensor4D;

async function sharesOf(teacher: Teacher): Promise<number[]> {
  return [...(await tf.slice(teacher.sharesOf(images(teacher.size)), [0, 0], [1, 2]).data())];
}

describe('teachers together', () => {
  it('say the geometric mean of what each says', async () => {
    const [first, second] = await sharesOf(teachersTogether([saying([0.8, 0.2]), saying([0.5, 0.5])]));
    // sqrt(0.8 × 0.5) : sqrt(0.2 × 0.5) = 2 : 1
    expect(first).toBeCloseTo(2 / 3, 5);
    expect(second).toBeCloseTo(1 / 3, 5);
  });

  it('say what the one says where there is one', async () => {
    const shares = await sharesOf(teachersTogether([saying([0.9, 0.1])]));
    expect(shares[0]).toBeCloseTo(0.9, 5);
  });

  it('do not rule out what one of them gives nothing', async () => {
    const shares = await sharesOf(teachersTogether([saying([1, 0]), saying([0.5, 0.5])]));
    expect(shares[1]).toBeGreaterThan(0);
  });

  it('see the images each at its own size, and take them at the largest', () => {
    const [small, large] = [saying([1, 0], 8), saying([1, 0], 12)];
    const together = teachersTogether([small, large]);
    expect(together.size).toBe(12);
    together.sharesOf(images(12)).dispose();
    expect(small.sides).toEqual([8]);
    expect(large.sides).toEqual([12]);
  });

  it('leave no tensors behind but what they say', () => {
    const together = teachersTogether([saying([1, 0], 8), saying([1, 0], 12)]);
    const shown = images(12);
    const before = tf.memory().numTensors;
    const shares = together.sharesOf(shown);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([shares, shown]);
  });

  it('are refused where they know other classes', () => {
    expect(() => teachersTogether([saying([1, 0]), saying([1, 0], 8, [{ taxon: 'Russula emetica' }])])).toThrow(
      'the teachers have not the same classes',
    );
  });
});
