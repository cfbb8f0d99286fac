import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients: tfjs-core has none by itself.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { marginalLoss, membershipOf } from './marginal-likelihood.ts';

beforeAll(async () => {
  await startBackend('auto');
});

const lossesOf = (logits: number[][], membership: number[][]) => [
  ...marginalLoss(tf.tensor2d(logits), tf.tensor2d(membership)).dataSync(),
];

function gradientOf(logits: number[], membership: number[]): number[] {
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(marginalLoss(x as tf.Tensor2D, tf.tensor2d([membership]))));
  return [...gradient(tf.tensor2d([logits])).dataSync()];
}

/** Probabilities 1/8, 2/8, 5/8. */
const LOGITS = [0, Math.log(2), Math.log(5)];

function expectClose(actual: readonly number[], expected: readonly number[]) {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 4));
}

describe('the loss of a label', () => {
  it('is the cross-entropy where the label is one class', () => {
    const logits = [LOGITS, LOGITS, LOGITS];
    const each = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expectClose(lossesOf(logits, each), [Math.log(8), Math.log(4), Math.log(8 / 5)]);
  });

  it('is that of the summed probability where the label is a genus', () => {
    expectClose(
      lossesOf(
        [LOGITS, LOGITS],
        [
          [1, 1, 0],
          [1, 0, 1],
        ],
      ),
      [Math.log(8 / 3), Math.log(8 / 6)],
    );
  });

  it('is nothing where the label covers every class: it says nothing', () => {
    expectClose(lossesOf([LOGITS], [[1, 1, 1]]), [0]);
  });

  it('stays exact for large logits, and finite for hopeless ones', () => {
    expectClose(lossesOf([[80, 80, 0]], [[1, 0, 0]]), [Math.log(2)]);
    expectClose(lossesOf([[80, 0, 0]], [[0, 1, 1]]), [80 - Math.log(2)]);
  });
});

describe('the gradient of a label', () => {
  it('of one class is softmax minus one-hot', () => {
    expectClose(gradientOf(LOGITS, [0, 1, 0]), [1 / 8, 2 / 8 - 1, 5 / 8]);
  });

  it('of a genus raises its species together and never pushes equals apart', () => {
    const [a, b, other] = gradientOf([0, 0, 0], [1, 1, 0]);
    expect(a).toBeCloseTo(b!, 6);
    expect(a).toBeCloseTo(1 / 3 - 1 / 2, 5);
    expect(other).toBeCloseTo(1 / 3, 5);
  });

  it('of a genus leaves the shares among its species as they are: each rises by its share', () => {
    // p(class) − p(class | genus), with p = 1/8, 2/8, 5/8 and the genus the first two.
    expectClose(gradientOf(LOGITS, [1, 1, 0]), [1 / 8 - 1 / 3, 2 / 8 - 2 / 3, 5 / 8]);
  });

  it('agrees with finite differences', () => {
    const step = 1e-2;
    const gradient = gradientOf([0.3, -0.7, 1.1, 0.2], [0, 1, 1, 0]);
    gradient.forEach((value, classIndex) => {
      const moved = (by: number) =>
        [0.3, -0.7, 1.1, 0.2].map((logit, index) => logit + (index === classIndex ? by : 0));
      const [up, down] = lossesOf(
        [moved(step), moved(-step)],
        [
          [0, 1, 1, 0],
          [0, 1, 1, 0],
        ],
      );
      expect((up! - down!) / (2 * step)).toBeCloseTo(value, 3);
    });
  });
});

describe('the membership of labels', () => {
  it('is a row of ones and zeros a label', () => {
    expect([...membershipOf([[1], [0, 2], []], 3)]).toEqual([0, 1, 0, 1, 0, 1, 0, 0, 0]);
  });
});
