import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { io } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { writeGraph } from './graph-model.ts';
import type { Operation } from '../network/network.ts';
import { multiplyAddsOf } from './multiply-adds.ts';

const weights = (...shape: number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((product, length) => product * length, 1)),
});

const countOf = (operations: Operation[], output: string) => {
  const graph = writeGraph({ inputName: 'image', inputSize: 9, operations }, { [output]: [1] });
  return multiplyAddsOf(JSON.parse(graph.modelJson) as io.ModelJSON);
};

const conv = (more: object): Operation => ({
  op: 'conv',
  name: 'conv',
  input: 'image',
  kernel: weights(3, 3, 3, 8),
  bias: weights(8),
  stride: 1,
  padding: 'same',
  relu6: true,
  ...more,
});

describe('the multiply-adds of a graph', () => {
  it('are those of every place that a convolution is computed at', () => {
    expect(countOf([conv({})], 'conv')).toBe(9 * 9 * 3 * 3 * 3 * 8);
    expect(countOf([conv({ stride: 2 })], 'conv')).toBe(5 * 5 * 3 * 3 * 3 * 8);
    expect(countOf([conv({ padding: 'valid' })], 'conv')).toBe(7 * 7 * 3 * 3 * 3 * 8);
  });

  it('are one channel’s each where a convolution goes by depth', () => {
    expect(countOf([conv({ op: 'depthwise', kernel: weights(3, 3, 3, 1), bias: weights(3) })], 'conv')).toBe(
      9 * 9 * 3 * 3 * 3,
    );
  });

  it('have those of the dense layer with them', () => {
    const operations: Operation[] = [
      conv({ name: 'one', kernel: weights(1, 1, 3, 4), bias: weights(4) }),
      { op: 'mean', name: 'mean', input: 'one' },
      { op: 'dense', name: 'logits', input: 'mean', kernel: weights(4, 6), bias: weights(6) },
    ];
    expect(countOf(operations, 'logits')).toBe(9 * 9 * 3 * 4 + 4 * 6);
  });

  it('are 899 million or so for EfficientNet-Lite2 at 260 pixels, as its authors say', async () => {
    const served = fileURLToPath(new URL('../../../registry/mushroom-classifier/3/graph/model.json', import.meta.url));
    const millions = multiplyAddsOf(JSON.parse(await readFile(served, 'utf8')) as io.ModelJSON) / 1e6;
    expect(millions).toBeGreaterThan(850);
    expect(millions).toBeLessThan(900);
  });

  it('are not guessed for an operation that has no count', () => {
    const operations: Operation[] = [{ op: 'upsample', name: 'larger', input: 'image', side: 18 }];
    expect(() => countOf(operations, 'larger')).toThrow('ResizeNearestNeighbor');
  });
});
