import { describe, expect, it } from 'vitest';
import { blendedHeads } from './weight-blend.ts';

const head = (kernel: number[], bias: number[]) => ({
  kernel: Float32Array.from(kernel),
  bias: Float32Array.from(bias),
});

describe('a head between two', () => {
  const [now, before] = [head([4, 8], [2]), head([0, 4], [-2])];

  it('has of each what was asked for', () => {
    expect(blendedHeads(now, before, 0.25)).toEqual(head([3, 7], [1]));
  });

  it('is the later one where nothing of the earlier one is asked for, and the earlier one where all is', () => {
    expect(blendedHeads(now, before, 0)).toEqual(now);
    expect(blendedHeads(now, before, 1)).toEqual(before);
  });

  it('leaves both as they were', () => {
    blendedHeads(now, before, 0.5);
    expect(now).toEqual(head([4, 8], [2]));
    expect(before).toEqual(head([0, 4], [-2]));
  });
});
