import path from 'node:path';
import { staysAfter, type CleaningDecision } from './decisions.ts';
import type { Manifest, Split } from './manifest.ts';
import { splitPhotos, type SplitPhoto } from './splits.ts';

/**
 * The photos of some splits, just as training has them in its shards after cleaning: who judges or calibrates a packed
 * network looks at these.
 *
 * @param how.seed of the training: if the data names no splits, it makes the same ones again.
 * @param how.decisions of cleaning, where the splits are those that it takes photos from.
 * @throws Error naming the data if there is no such photo.
 */
export function photosOfSplits(
  { photos, root }: Pick<Manifest, 'photos' | 'root'>,
  splits: readonly Split[],
  how: { seed: number; decisions?: readonly CleaningDecision[] },
): SplitPhoto[] {
  const stays = staysAfter(how.decisions ?? []);
  const chosen = splitPhotos(photos, how.seed).filter(
    ({ split, file }) => splits.includes(split) && stays({ path: path.relative(root, file), split }),
  );
  if (chosen.length === 0) throw new Error(`${root}: no photos of ${splits.join(' or ')}`);
  return chosen;
}
