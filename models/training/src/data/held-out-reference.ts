import seedrandom from 'seedrandom';
import type { PhotoRecord } from './manifest.ts';

/** Of the species that only reference photos show, this share is held out. */
const UNSEEN_SHARE = 0.3;

/**
 * The reference photos that are kept out of training, to tune on. They come from other collections than the photos
 * that train, as a user's photos will: what is chosen on `val` alone, which shares its sources with training, is too
 * sure of itself elsewhere. Held out are all of the species that other photos teach, and of a share of the species
 * that none does: for the model those are strangers.
 *
 * @returns absolute paths of files.
 */
export function heldOutReference(photos: readonly PhotoRecord[], seed: number): ReadonlySet<string> {
  const taught = new Set(photos.filter(({ reference }) => !reference).map(({ label }) => label));
  const isHeldOut = ({ label }: PhotoRecord) =>
    taught.has(label) || seedrandom(`${seed}/held-out/${label}`)() < UNSEEN_SHARE;
  return new Set(photos.filter((photo) => photo.reference && isHeldOut(photo)).map(({ file }) => file));
}
