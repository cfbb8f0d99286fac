import { contours } from 'd3-contour';
import { polygonArea, polygonContains } from 'd3-polygon';
import simplify from 'simplify-js';

/** Where the specimen is. */
export interface Outline {
  /** A polygon; shares of the photo's width and height from its left and upper edge, 0…1. */
  points: [x: number, y: number][];
  /** Area within it, as a share of the photo's. */
  share: number;
}

/** Less than this share of the photo is no specimen: a leaf in the sun, an insect. */
const LEAST_SHARE = 0.003;
/** A quarter of a cell of a 56 × 56 grid: a corner that is finer was not seen but made up. */
const TOLERANCE = 0.25 / 56;

/**
 * The boundary of the region that the most speaks for, holes filled, with few points.
 *
 * The region's edge runs between cells by marching squares (Lorensen & Cline 1987, doi 10.1145/37401.37422) and is
 * simplified after Douglas & Peucker (1973, doi 10.3138/FM57-6770-U75U-7727).
 *
 * @param logits `side × side` values, row by row.
 * @returns null where no region is large enough.
 */
export function outlineOf(logits: Float32Array, threshold: number): Outline | null {
  const side = Math.sqrt(logits.length);
  const { coordinates } = contours().size([side, side]).contour(Array.from(logits), threshold);
  const rings = coordinates.map(([outer]) => outer as Ring).filter((ring) => areaOf(ring, side) >= LEAST_SHARE);
  // A large region may be a faint guess: a jacket behind the mushroom.
  const evidence = rings.map((ring) => evidenceWithin(ring, logits, threshold));
  const best = rings[evidence.indexOf(Math.max(...evidence))];
  if (!best) return null;
  const corners = simplify(
    best.map(([x, y]) => ({ x: x / side, y: y / side })),
    TOLERANCE,
    true,
  );
  // d3 repeats the first point at the end; whoever draws a polygon closes it.
  const points = corners.slice(0, -1).map(({ x, y }): [number, number] => [thousandths(x), thousandths(y)]);
  return { points, share: thousandths(areaOf(best, side)) };
}

/** A boundary in cells. */
type Ring = [x: number, y: number][];

const areaOf = (ring: Ring, side: number) => Math.abs(polygonArea(ring)) / (side * side);

/** How far the logits within are above the threshold, summed: the log of the odds that all of it is specimen. */
function evidenceWithin(ring: Ring, logits: Float32Array, threshold: number): number {
  const side = Math.sqrt(logits.length);
  return logits.reduce((sum, logit, cell) => {
    const centre: [number, number] = [(cell % side) + 0.5, Math.floor(cell / side) + 0.5];
    return logit > threshold && polygonContains(ring, centre) ? sum + logit - threshold : sum;
  }, 0);
}

const thousandths = (share: number) => Math.round(share * 1000) / 1000;
