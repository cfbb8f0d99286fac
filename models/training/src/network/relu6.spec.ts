import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { relu6, useFastRelu6 } from './relu6.ts';

const X = [-3, -0.5, 0.5, 2, 5.9, 6.5, 100];

describe.each(['wasm', 'auto'] as const)('ReLU6 on the %s backend', (choice) => {
  beforeAll(() => startBackend(choice));

  it('clips, and passes the gradient only between 0 and 6', () => {
    const x = tf.tensor1d(X);
    expect([...relu6(x).dataSync()]).toEqual(X.map((value) => Math.fround(Math.min(Math.max(value, 0), 6))));
    const gradient = tf.grad((input) => tf.sum(tf.mul(relu6(input), 2)))(x);
    expect([...gradient.dataSync()]).toEqual([0, 0, 2, 2, 2, 0, 0]);
  });

  it('takes the place of a layer without changing what it gives', () => {
    const model = sequential({ layers: [layers.reLU({ inputShape: [X.length], maxValue: 6 })] });
    const x = tf.tensor2d([X]);
    const before = [...(model.predict(x) as tf.Tensor).dataSync()];
    useFastRelu6(model);
    expect([...(model.predict(x) as tf.Tensor).dataSync()]).toEqual(before);
  });
});
