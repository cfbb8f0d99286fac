import { describe, expect, it } from 'vitest';
import seedrandom from 'seedrandom';
import type { Network, Operation } from '../network/network.ts';
import type { Range } from './activation-ranges.ts';
import { integerNetworkOf, type Quantisation } from './integer-network.ts';

const random = seedrandom('weights');
const weights = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 2 - 1),
});

const conv = (
  name: string,
  input: string,
  window: number,
  inputs: number,
  outputs: number,
  relu6 = false,
): Operation => ({
  op: 'conv',
  name,
  input,
  kernel: weights(window, window, inputs, outputs),
  bias: weights(outputs),
  stride: 1,
  padding: 'same',
  relu6,
});

const operations: Operation[] = [
  { op: 'scale', name: 'scaled', input: 'image', multiply: 1 / 128, add: -127 / 128 },
  conv('stem', 'scaled', 3, 3, 64, true),
  conv('left', 'stem', 1, 64, 64),
  conv('right', 'left', 1, 64, 64),
  { op: 'add', name: 'sum', inputs: ['left', 'right'] },
  conv('head', 'sum', 1, 64, 1000, true),
  { op: 'mean', name: 'features', input: 'head' },
  { op: 'dense', name: 'logits', input: 'features', kernel: weights(1000, 2), bias: weights(2) },
];

const network: Network = { inputName: 'image', inputSize: 3, operations, logits: 'logits', features: 'features' };

const ranges = new Map<string, Range>([
  ['stem', { least: 0, most: 6 }],
  ['left', { least: -1, most: 2 }],
  ['right', { least: -4, most: 2 }],
  ['sum', { least: -4, most: 3 }],
  ['head', { least: 0, most: 3 }],
  ['features', { least: 0, most: 0.5 }],
]);

const integerOf = (change: Partial<Network> = {}) => integerNetworkOf({ ...network, ...change }, ranges, new Map());

const find = (name: string) => integerOf().operations.find((each) => each.name === name)!;

function outputOf(name: string): Quantisation {
  const operation = find(name);
  if (operation.op === 'dense') throw new Error(`${name} gives no bytes`);
  return operation.output;
}

/** The numbers of each output channel's kernel. */
function channels({ shape, values }: { shape: number[]; values: Int8Array }): number[][] {
  const outputs = shape.at(-1)!;
  return Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: values.length / outputs }, (_term, term) => values[term * outputs + output]!),
  );
}

describe('a network in whole numbers', () => {
  it('takes a photo’s bytes as they are', () => {
    expect(integerOf().input).toEqual({ scale: 1 / 128, zeroPoint: 127 });
    expect(find('stem')).toMatchObject({ input: 'image' });
  });

  it('reads the bytes behind a ReLU6 from 0 on, and others so that 0 is a byte', () => {
    expect(outputOf('stem')).toEqual({ scale: Math.fround(6 / 255), zeroPoint: 0 });
    const { scale, zeroPoint } = outputOf('right');
    expect(-zeroPoint * scale).toBeLessThanOrEqual(-4);
    expect((255 - zeroPoint) * scale).toBeGreaterThanOrEqual(2);
  });

  it('has one scale where tensors are added up', () => {
    const scale = Math.fround(7 / 255);
    for (const name of ['left', 'right']) expect(outputOf(name).scale).toBe(scale);
    expect(outputOf('sum').scale).toBe(scale);
  });

  it('has the scale of the last map over a power of two for its mean', () => {
    expect(outputOf('head').scale / outputOf('features').scale).toBe(4);
  });

  it('never overflows 16 bits where two neighbouring products are added', () => {
    const overflowing = (one: number, other: number) =>
      255 * (Math.max(0, one) + Math.max(0, other)) >= 2 ** 15 ||
      255 * (Math.min(0, one) + Math.min(0, other)) < -(2 ** 15);
    const kernels = integerOf().operations.flatMap((operation) => ('kernel' in operation ? [operation.kernel] : []));
    expect(kernels).toHaveLength(5);
    const found = kernels
      .flatMap(channels)
      .filter((numbers) => numbers.some((one, at) => at % 2 === 0 && overflowing(one, numbers[at + 1] ?? 0)));
    expect(found).toEqual([]);
  });

  it('has sums that float32 counts without gaps', () => {
    // Of one sign and as large as weights get: the sum of a thousand of them would not fit.
    const even = { shape: [1000, 2], values: new Float32Array(2000).fill(1) };
    const dense = { ...(operations.at(-1) as Extract<Operation, { op: 'dense' }>), kernel: even };
    const changed = integerOf({ operations: [...operations.slice(0, -1), dense] }).operations.at(-1)!;
    if (changed.op !== 'dense') throw new Error('the last is dense');
    for (const numbers of channels(changed.kernel)) {
      const sum = numbers.reduce((total, number) => total + Math.abs(number), 0);
      expect(255 * sum + Math.abs(changed.bias[0]!)).toBeLessThan(2 ** 24);
      expect(Math.max(...numbers)).toBeGreaterThan(30);
    }
  });

  it.each([
    [
      'pixels are 0 between two bytes',
      { operations: [{ ...operations[0]!, add: -0.99 }, ...operations.slice(1)] as Operation[] },
      /which is no byte/,
    ],
    ['it begins with something else', { operations: operations.slice(1) }, /begin with a scaling/],
    ['the mean is over an even number of places', { inputSize: 4 }, /mean of 16 places/],
  ])('is refused where %s', (_, change, message) => {
    expect(() => integerOf(change)).toThrow(message);
  });
});
