import { polygonContains } from 'd3-polygon';
import seedrandom from 'seedrandom';
import { group as groupBy, mean } from 'd3-array';
import type { Outline } from '@mushroom/recognition/outline/outline';
import type { OutlineEvaluation } from '@mushroom/recognition/outline/outline-model.schema';

/** Outline and mask are compared on a grid of so many cells a side: twice as fine as what the network answers on. */
export const COMPARED_SIDE = 112;

/**
 * Intersection over union (the Jaccard index) of what is served, a polygon, and a mask.
 * @param mask `COMPARED_SIDE²` shares, row by row; a cell from a half up is of the specimen.
 */
export function outlineIou(outline: Outline | null, mask: Float32Array): number {
  let both = 0;
  let either = 0;
  mask.forEach((share, cell) => {
    const x = ((cell % COMPARED_SIDE) + 0.5) / COMPARED_SIDE;
    const y = (Math.floor(cell / COMPARED_SIDE) + 0.5) / COMPARED_SIDE;
    const within = outline !== null && polygonContains(outline.points, [x, y]);
    const wanted = share >= 0.5;
    if (within && wanted) both++;
    if (within || wanted) either++;
  });
  return either === 0 ? 1 : both / either;
}

const RESAMPLES = 2000;

/**
 * What the IoU of photos comes to, with the percentile interval of a bootstrap over groups of near-duplicates (Efron &
 * Tibshirani 1993, ch. 13).
 * @throws RangeError where there is no photo.
 */
export function evaluationOf(photos: readonly { iou: number; group: number }[], seed = 1): OutlineEvaluation {
  if (photos.length === 0) throw new RangeError('there is no photo with a right mask');
  const ious = photos.map(({ iou }) => iou).sort((a, b) => a - b);
  const groups = [...groupBy(photos, ({ group }) => group).values()];
  const random = seedrandom(`${seed}/bootstrap`);
  const means = Array.from({ length: RESAMPLES }, () => {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    return mean(drawn, ({ iou }) => iou)!;
  }).sort((a, b) => a - b);
  return {
    photos: photos.length,
    meanIou: mean(ious)!,
    interval: [means[Math.floor(RESAMPLES * 0.025)]!, means[Math.ceil(RESAMPLES * 0.975) - 1]!],
    medianIou: (ious[(ious.length - 1) >> 1]! + ious[ious.length >> 1]!) / 2,
    histogram: Array.from(
      { length: 10 },
      (_, tenth) => ious.filter((iou) => Math.min(9, Math.floor(iou * 10)) === tenth).length,
    ),
  };
}
