import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startBackend } from './backend.ts';

describe('the backend', () => {
  it('is wasm where wasm is asked for, and computes', async () => {
    expect(await startBackend('wasm')).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    expect([...tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()]).toEqual([11]);
  });

  it('is native where its library loads, else wasm, where the choice is left open', async () => {
    const native = await startBackend('native').then(
      () => 'native',
      (error: Error) => {
        expect(error.message).toMatch(/^the native backend was asked for but does not load: ./);
        return 'wasm';
      },
    );
    expect(await startBackend('auto')).toBe(native);
    expect(tf.getBackend()).toBe(native === 'native' ? 'tensorflow' : 'wasm');
  });
});
