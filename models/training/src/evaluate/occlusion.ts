import { mean } from 'd3-array';
import seedrandom from 'seedrandom';
import { valuesOn, type ActivationMap } from '@mushroom/recognition/explanation/activation-map';

/** Which pixels of a model's input are hidden: `size × size` values, row by row, 1 where hidden. */
export type Region = Uint8Array;

/** How much of a photo is hidden. */
export const HIDDEN_SHARE = 1 / 6;

/** The part of the input that counted most by an activation map. */
export function hotRegion(map: ActivationMap, size: number): Region {
  const middles = Array.from({ length: size }, (_, at) => (at + 0.5) / size);
  const heat = valuesOn(map, middles, middles);
  const hottestFirst = Array.from(heat.keys()).sort((a, b) => heat[b]! - heat[a]!);
  const region = new Uint8Array(size * size);
  for (const at of hottestFirst.slice(0, Math.round(heat.length * HIDDEN_SHARE))) region[at] = 1;
  return region;
}

/**
 * A region at random other places, each as likely as any other: shifted, and what leaves at one edge enters at the
 * opposite one, so that all have its size and its shape. They may touch the region itself, as chance has it.
 * @param seed the same seed gives the same places.
 */
export function shiftedAtRandom(region: Region, size: number, count: number, seed: string): Region[] {
  const random = seedrandom(seed);
  return Array.from({ length: count }, () => {
    const [across, down] = [Math.floor(random() * size), Math.floor(random() * size)];
    return region.map((_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return region[((row + down) % size) * size + ((column + across) % size)]!;
    });
  });
}

/**
 * A model's input with a region hidden under the photo's mean colour; the input itself stays. Any other colour is an
 * object of its own: grey costs the score wherever it lies.
 * @param input `size × size × 3` bytes of RGB.
 */
export function hide(input: Uint8Array, region: Region): Uint8Array {
  const sums = [0, 0, 0];
  input.forEach((value, at) => (sums[at % 3]! += value));
  const colour = sums.map((sum) => Math.round(sum / region.length));
  return input.map((value, at) => (region[Math.floor(at / 3)] ? colour[at % 3]! : value));
}

/** What hiding parts of a photo did to the score of the label that was right. */
export interface OccludedPhoto {
  path: string;
  label: string;
  /** Calibrated score with all to be seen. */
  score: number;
  /** Score that is lost where the hot region is hidden; negative where hiding it helped. */
  hot: number;
  /** The same for the region at each random place. */
  random: number[];
}

/** Whether hiding the hot region cost more than hiding it elsewhere does on average. */
export function hotCostsMore({ hot, random }: Pick<OccludedPhoto, 'hot' | 'random'>): boolean {
  return hot > mean(random)!;
}

/** Score lost on average. */
export function meanDrops(photos: readonly Pick<OccludedPhoto, 'hot' | 'random'>[]): { hot: number; random: number } {
  return { hot: mean(photos, ({ hot }) => hot)!, random: mean(photos, ({ random }) => mean(random))! };
}
