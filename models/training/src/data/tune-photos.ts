import seedrandom from 'seedrandom';
import type { PhotoRecord } from './manifest.ts';

/** Of the species that only reference photos show, this share is kept to tune on. */
const UNSEEN_SHARE = 0.3;

/**
 * The reference photos that become the split `tune`. They come from other collections than the photos that train, as a
 * user's photos will: what is chosen on `val` alone, which shares its sources with training, is too sure of itself on
 * other sources. They are all photos of the species that other photos teach, and those of a share of the species that
 * none does: for the model those are strangers. A near-duplicate of a photo that is no reference photo stays with it.
 */
export function tunePhotos<Photo extends PhotoRecord>(photos: readonly Photo[], seed: number): ReadonlySet<Photo> {
  const others = photos.filter(({ reference }) => !reference);
  const taught = new Set(others.map(({ label }) => label));
  const groups = new Set(others.map(({ group }) => group));
  groups.delete(null);
  const isKept = ({ label }: PhotoRecord) =>
    taught.has(label) || seedrandom(`${seed}/held-out/${label}`)() < UNSEEN_SHARE;
  return new Set(photos.filter((photo) => photo.reference && !groups.has(photo.group) && isKept(photo)));
}
