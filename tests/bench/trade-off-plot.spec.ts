import { describe, expect, it } from 'vitest';
import { tradeOffPlot } from './trade-off-plot.ts';

describe('the plot of what accuracy costs', () => {
  it('names each bundle with its size, and has better ones further up and faster ones further left', async () => {
    const svg = await tradeOffPlot([
      { name: 'slow but right', valTop1: 0.6, ms: 30, megabytes: 7.5 },
      { name: 'fast but wrong', valTop1: 0.5, ms: 10, megabytes: 2.5 },
    ]);
    const placeOf = (name: string) => {
      const [, x, y] = new RegExp(`translate\\(([\\d.]+),([\\d.]+)\\)[^>]*>${name}, `).exec(svg)!;
      return { x: Number(x), y: Number(y) };
    };
    const [right, fast] = [placeOf('slow but right'), placeOf('fast but wrong')];
    expect(fast.x).toBeLessThan(right.x);
    expect(fast.y).toBeGreaterThan(right.y);
  });
});
