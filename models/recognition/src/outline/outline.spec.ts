import { polygonArea } from 'd3-polygon';
import { describe, expect, it } from 'vitest';
import { outlineOf } from './outline.ts';

const SIDE = 56;

/** Logits of `value` in rectangles of cells `[x, y, width, height]`, −4 elsewhere; later ones lie over earlier ones. */
function logitsOf(...rectangles: [x: number, y: number, width: number, height: number, value: number][]): Float32Array {
  const logits = new Float32Array(SIDE * SIDE).fill(-4);
  for (const [left, top, width, height, value] of rectangles) {
    for (let y = top; y < top + height; y++) logits.fill(value, y * SIDE + left, y * SIDE + left + width);
  }
  return logits;
}

const boxOf = (points: readonly [number, number][]) => {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map((value) => Math.round(value * SIDE));
};

describe('the outline of a mask', () => {
  it('runs around the region, in shares of width and height', () => {
    const outline = outlineOf(logitsOf([14, 7, 28, 14, 4]), 0)!;
    expect(boxOf(outline.points)).toEqual([14, 7, 42, 21]);
    expect(outline.share).toBeCloseTo(0.5 * 0.25, 2);
  });

  it('has few points where the edge is straight, and does not repeat the first', () => {
    const { points } = outlineOf(logitsOf([14, 7, 28, 14, 4]), 0)!;
    expect(points.length).toBeLessThanOrEqual(8);
    expect(points.at(-1)).not.toEqual(points[0]);
  });

  it('reaches to the edges of a photo that the specimen fills', () => {
    const outline = outlineOf(new Float32Array(SIDE * SIDE).fill(3), 0)!;
    expect(boxOf(outline.points)).toEqual([0, 0, SIDE, SIDE]);
    expect(outline.share).toBeGreaterThan(0.99);
  });

  it('is one region: the one that more speaks for, not the larger one', () => {
    const faintAndLarge = [2, 2, 30, 30, 0.2] as const;
    const sureAndSmall = [40, 40, 10, 10, 6] as const;
    expect(boxOf(outlineOf(logitsOf([...faintAndLarge], [...sureAndSmall]), 0)!.points)).toEqual([40, 40, 50, 50]);
  });

  it('is filled where the region has a hole', () => {
    const outline = outlineOf(logitsOf([10, 10, 20, 20, 4], [15, 15, 8, 8, -4]), 0)!;
    expect(outline.share).toBeCloseTo((20 / SIDE) ** 2, 2);
    expect(Math.abs(Math.abs(polygonArea(outline.points)) - outline.share)).toBeLessThan(0.01);
  });

  it('grows where the threshold is lower', () => {
    const ramp = Float32Array.from(
      { length: SIDE * SIDE },
      (_, cell) => 10 - Math.hypot((cell % SIDE) - 28, Math.floor(cell / SIDE) - 28),
    );
    const [strict, plain, lax] = [2, 0, -2].map((threshold) => outlineOf(ramp, threshold)!.share);
    expect(strict).toBeLessThan(plain!);
    expect(plain).toBeLessThan(lax!);
    expect(plain).toBeCloseTo((Math.PI * 10 ** 2) / SIDE ** 2, 2);
  });

  it.each([
    ['nothing passes the threshold', logitsOf()],
    ['what passes is too small to be a specimen', logitsOf([20, 20, 2, 2, 9])],
  ])('is none where %s', (_, logits) => {
    expect(outlineOf(logits, 0)).toBeNull();
  });
});
