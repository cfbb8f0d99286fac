import { describe, expect, it } from 'vitest';
import { COMPARED_SIDE, evaluationOf, outlineIou } from './outline-fit.ts';

const half = Float32Array.from({ length: COMPARED_SIDE ** 2 }, (_, cell) =>
  cell % COMPARED_SIDE < COMPARED_SIDE / 2 ? 1 : 0,
);

const box = (left: number, right: number) => ({
  points: [
    [left, 0],
    [right, 0],
    [right, 1],
    [left, 1],
  ] as [number, number][],
  share: right - left,
});

describe('how well an outline fits a mask', () => {
  it('is what both cover by what either covers', () => {
    expect(outlineIou(box(0, 0.5), half)).toBe(1);
    expect(outlineIou(box(0.25, 0.75), half)).toBeCloseTo(1 / 3, 2);
    expect(outlineIou(box(0.5, 1), half)).toBe(0);
  });

  it('is nothing where there is no outline, and all where nothing was to be found', () => {
    expect(outlineIou(null, half)).toBe(0);
    expect(outlineIou(null, new Float32Array(COMPARED_SIDE ** 2))).toBe(1);
  });
});

describe('the figures of many photos', () => {
  const photos = [0.95, 0.9, 0.85, 0.8, 0, 1].map((iou, group) => ({ iou, group }));

  it('are mean, median and how many there are by tenths, 1 among the best', () => {
    const { photos: count, meanIou, medianIou, histogram } = evaluationOf(photos);
    expect([count, meanIou, medianIou]).toEqual([6, 0.75, 0.875]);
    expect(histogram).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 2, 3]);
  });

  it('have an interval around the mean, wider where photos are of one scene', () => {
    const wide = ({ interval: [low, high] }: { interval: [number, number] }) => high - low;
    const apart = evaluationOf(photos);
    expect(apart.interval[0]).toBeLessThan(0.75);
    expect(apart.interval[1]).toBeGreaterThan(0.75);
    const together = [...photos, ...photos, ...photos, ...photos];
    const alone = together.map(({ iou }, group) => ({ iou, group }));
    expect(wide(evaluationOf(together))).toBeGreaterThan(wide(evaluationOf(alone)));
  });

  it('are refused where there is no photo', () => {
    expect(() => evaluationOf([])).toThrow(RangeError);
  });
});
