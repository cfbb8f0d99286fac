import * as tf from '@tensorflow/tfjs-core';
import { outlineOf } from '@mushroom/recognition/outline/outline';
import type { DecoderVariables } from './decoder.ts';
import { foldsOf } from './folds.ts';
import type { PreparedPhoto } from './masked-photos.ts';
import { outlineIou } from './outline-fit.ts';
import type { SpecimenMask } from './specimen-masks.ts';
import { DECODER_TRAINING, decodeMaps, trainDecoder } from './train-decoder.ts';

/** A cell belongs to the specimen where that is likelier than not: nothing to tune, so nothing is tuned on what judges. */
export const THRESHOLD = 0;

const FOLDS = 5;
/** How well an outline fits a mask, on a photo that the decoder did not learn from. */
export interface HeldOutPhoto extends Pick<SpecimenMask, 'path' | 'label' | 'verdict'> {
  group: number;
  fold: number;
  iou: number;
}

/** Trains on the photos whose masks are right, or were drawn again. */
export function trainOn(photos: readonly PreparedPhoto[], seed: number, title: string): Promise<DecoderVariables> {
  const usable = photos.filter(({ verdict, redrawn }) => verdict === 'right' || redrawn);
  return trainDecoder(
    usable.map(({ views }) => views),
    { ...DECODER_TRAINING, seed },
    title,
  );
}

/**
 * Five times, trains on four fifths of the photos and judges the fifth: every photo is judged by a decoder that has
 * seen neither it nor a near-duplicate of it.
 * @returns a row a photo, whatever was said of its mask.
 */
export async function heldOutPhotos(photos: readonly PreparedPhoto[], seed: number): Promise<HeldOutPhoto[]> {
  const folds = foldsOf(
    photos.map(({ group }) => group),
    photos.map(({ verdict, label }) => `${verdict}/${label}`),
    FOLDS,
    seed,
  );
  const heldOut: HeldOutPhoto[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const rest = photos.filter((_, index) => folds[index] !== fold);
    const decoder = await trainOn(rest, seed, `fold ${fold + 1} of ${FOLDS}`);
    photos.forEach(({ path, label, verdict, group, views, mask }, index) => {
      if (folds[index] !== fold) return;
      const [logits] = decodeMaps([views[0]!.maps], decoder);
      heldOut.push({ path, label, verdict, group, fold, iou: outlineIou(outlineOf(logits!, THRESHOLD), mask) });
    });
    tf.dispose(decoder);
  }
  return heldOut;
}
