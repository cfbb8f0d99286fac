import { readFile } from 'node:fs/promises';
import { graphFrom, type OpenBundle } from '../bundle/bundle-reader.ts';
import { Classifier } from '../bundle/classifier.ts';
import { crop } from '../dataset/augment.ts';
import { decodePhoto } from '../dataset/decode-photo.ts';
import { LabelSpace } from '../dataset/label-space.ts';
import type { SplitPhoto } from '../dataset/splits.ts';
import { proportionOf, type Proportion } from '../evaluation/proportion.ts';
import { differenceOf, seriesOf, type Difference } from '../evaluation/series-bootstrap.ts';
import type { OutlineModel } from '../outline/outline-model.ts';
import type { OutlineBundle } from '../outline/outline-model.schema.ts';
import { outlineOf, type Outline } from '../outline/outline.ts';
import { photoToInput, type Photo } from '../preprocess/photo-to-input.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';

/** What is left around the outline, as a share of its box's longer side: where it grows tells something too. */
const MARGIN = 0.2;

/** The part of a photo that holds the outline, with a margin; the whole of it where there is no outline. */
export function cropTo(photo: Photo, outline: Outline | null): Photo {
  if (!outline) return photo;
  const xs = outline.points.map(([x]) => x * photo.width);
  const ys = outline.points.map(([, y]) => y * photo.height);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const margin = MARGIN * Math.max(right - left, bottom - top);
  const from = { x: Math.max(0, Math.floor(left - margin)), y: Math.max(0, Math.floor(top - margin)) };
  const to = {
    x: Math.min(photo.width, Math.ceil(right + margin)),
    y: Math.min(photo.height, Math.ceil(bottom + margin)),
  };
  return crop(photo, from.x, from.y, to.x - from.x, to.y - from.y);
}

/** Ways to show a photo to the classifier. `both`: the mean of the logits of the two others. */
export const SHOWN = ['whole', 'cropped', 'both'] as const;
export type Shown = (typeof SHOWN)[number];

export interface CropEffect {
  photos: number;
  /** Of the photos with no outline, which are shown whole anyway. */
  withoutOutline: number;
  /** Of the species that have a leaf of their own, how often the best leaf is the right one. */
  top1: Record<Shown, Proportion>;
  /** Top-1 ahead of the whole photo's, with its interval; one that holds 0 is no difference. */
  gain: Record<Exclude<Shown, 'whole'>, Difference | null>;
}

/**
 * Whether the classifier is right more often where it is shown the mushroom only.
 * @param photos of species that have a leaf; others are left out.
 */
export async function cropEffect(
  classifierBundle: OpenBundle,
  outliner: { model: OutlineModel; bundle: OutlineBundle },
  photos: readonly SplitPhoto[],
  table: SpeciesTable,
  onPhoto: (done: number) => void,
): Promise<CropEffect> {
  const { bundle } = classifierBundle;
  const space = new LabelSpace(bundle.labels, table);
  const classifier = await Classifier.load(graphFrom(classifierBundle), bundle);
  const outcomes: { series: string; right: Record<Shown, boolean>; outlined: boolean }[] = [];
  try {
    for (const [index, { file, label, source }] of photos.entries()) {
      onPhoto(index + 1);
      if (!space.isKnownSpecies(label)) continue;
      const photo = await decodePhoto(await readFile(file)).catch((error: Error) => {
        throw new Error(`${file}: ${error.message}`, { cause: error });
      });
      const [mask] = await outliner.model.logits([photoToInput(photo, outliner.bundle.input)]);
      const outline = outlineOf(mask!, outliner.bundle.threshold);
      const [whole, cropped] = (await classifier.logits(
        [photo, cropTo(photo, outline)].map((shown) => photoToInput(shown, bundle.input)),
      )) as [Float32Array, Float32Array];
      const both = whole.map((logit, leaf) => (logit + cropped[leaf]!) / 2);
      const leaf = space.leavesOf(label)[0]!;
      const isRight = (logits: Float32Array) => logits.indexOf(Math.max(...logits)) === leaf;
      outcomes.push({
        series: seriesOf({ label, source }),
        right: { whole: isRight(whole), cropped: isRight(cropped), both: isRight(both) },
        outlined: outline !== null,
      });
    }
  } finally {
    classifier.dispose();
  }
  const top1Of = (shown: Shown) => proportionOf(outcomes.filter(({ right }) => right[shown]).length, outcomes.length);
  const gainOf = (shown: Shown) =>
    differenceOf(outcomes.map(({ series, right }) => ({ series, gain: Number(right[shown]) - Number(right.whole) })));
  return {
    photos: outcomes.length,
    withoutOutline: outcomes.filter(({ outlined }) => !outlined).length,
    top1: { whole: top1Of('whole'), cropped: top1Of('cropped'), both: top1Of('both') },
    gain: { cropped: gainOf('cropped'), both: gainOf('both') },
  };
}
