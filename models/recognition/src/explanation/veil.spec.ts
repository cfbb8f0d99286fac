import { describe, expect, it } from 'vitest';
import type { ActivationMap } from './activation-map.ts';
import { onPhoto, veilOf, type Veil } from './veil.ts';

/** Hot at the upper right of four places. */
const map: ActivationMap = { height: 2, width: 2, values: Float32Array.of(0, 1, 0.5, 0), peak: { x: 0.75, y: 0.25 } };
const stretch = { size: 4, fit: 'stretch' as const };
const crop = { size: 4, fit: 'crop' as const };

const darknessAt = ({ width, rgba }: Veil, column: number, row: number) => rgba[(row * width + column) * 4 + 3]!;

describe('the veil of a photo', () => {
  it.each([
    [400, 300, 64, 48],
    [300, 400, 48, 64],
    [5000, 10, 64, 1],
  ])('of %i × %i pixels has its shape, and is small', (width, height, columns, rows) => {
    const veil = veilOf(map, { width, height }, stretch);
    expect([veil.width, veil.height]).toEqual([columns, rows]);
    expect(veil.rgba).toHaveLength(columns * rows * 4);
  });

  it('is clear where the model looked and darkest where it did not, but never hides the photo', () => {
    const veil = veilOf(map, { width: 400, height: 300 }, stretch);
    expect(darknessAt(veil, 63, 0)).toBe(0);
    expect(darknessAt(veil, 0, 0)).toBe(209);
    expect(darknessAt(veil, 0, 47)).toBeGreaterThan(95);
    expect(darknessAt(veil, 0, 47)).toBeLessThan(115);
    expect(Math.max(...veil.rgba.filter((_, at) => at % 4 === 3))).toBeLessThan(255);
  });

  it('changes from place to place without an edge', () => {
    const veil = veilOf(map, { width: 400, height: 400 }, stretch);
    const row = Array.from({ length: 64 }, (_, column) => darknessAt(veil, column, 0));
    const steps = row.slice(1).map((value, at) => row[at]! - value);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(7);
  });

  it('is darkest where the model was not shown the photo', () => {
    const veil = veilOf({ ...map, values: Float32Array.of(1, 1, 1, 1) }, { width: 400, height: 200 }, crop);
    expect([0, 15, 16, 47, 48, 63].map((column) => darknessAt(veil, column, 16))).toEqual([209, 209, 0, 0, 209, 209]);
  });
});

describe('a place of the model’s input', () => {
  it('is the same share of the photo where all of it was squeezed into the input', () => {
    expect(onPhoto({ x: 0.75, y: 0.25 }, { width: 400, height: 200 }, stretch)).toEqual({ x: 0.75, y: 0.25 });
  });

  it('lies in the middle of the photo where that was cut out', () => {
    expect(onPhoto({ x: 0, y: 0.25 }, { width: 400, height: 200 }, crop)).toEqual({ x: 0.25, y: 0.25 });
    expect(onPhoto({ x: 1, y: 1 }, { width: 200, height: 400 }, crop)).toEqual({ x: 1, y: 0.75 });
  });
});
