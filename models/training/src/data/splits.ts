import path from 'node:path';
import seedrandom from 'seedrandom';
import { group as groupBy } from 'd3-array';
import { staysAfter, type CleaningDecision } from './decisions.ts';
import type { PhotoRecord, Split } from './manifest.ts';
import { tunePhotos } from './tune-photos.ts';

export type SplitPhoto<Photo extends PhotoRecord = PhotoRecord> = Photo & { split: Split };

/**
 * Gives every photo its split: the one place where that is decided. If the data names it, it is kept, and followed by the
 * rest of the photo's group; else each label gives the same share to `val`, whole groups at a time, and a label with a
 * single group stays in `train`. Some of the reference photos are kept to tune on.
 */
export function splitPhotos<Photo extends PhotoRecord>(
  photos: readonly Photo[],
  seed: number,
  valShare = 0.15,
): SplitPhoto<Photo>[] {
  const named = photos.filter((photo): photo is SplitPhoto<Photo> => photo.split !== undefined);
  const splitOfGroup = new Map(named.map(({ group, split }) => [group, split]));
  splitOfGroup.delete(null);
  const kept = photos.flatMap((photo): SplitPhoto<Photo>[] => {
    const split = photo.split ?? splitOfGroup.get(photo.group);
    return split ? [{ ...photo, split }] : [];
  });
  const unnamed = photos.filter((photo) => !photo.split && !splitOfGroup.has(photo.group));

  const groups = [...groupBy(unnamed, (photo) => photo.group ?? photo.file)].sort(([a], [b]) => a.localeCompare(b));
  // A group may hold photos of several labels; it counts for the first of them.
  const byLabel = groupBy(groups, ([, members]) => members.map(({ label }) => label).sort()[0]!);
  const made: SplitPhoto<Photo>[] = [];
  for (const label of [...byLabel.keys()].sort()) {
    const own = byLabel.get(label)!.map(([, members]) => members);
    shuffle(own, seedrandom(`${seed}/${label}`));
    const forVal = own.length < 2 ? 0 : Math.max(1, Math.round(own.length * valShare));
    own.forEach((members, index) => {
      const split: Split = index < forVal ? 'val' : 'train';
      made.push(...members.map((photo) => ({ ...photo, split })));
    });
  }
  const divided = [...kept, ...made];
  const tune = tunePhotos(divided, seed);
  const all = divided.map((photo) => (tune.has(photo) ? { ...photo, split: 'tune' as const } : photo));
  checkGroups(all);
  return all;
}

/**
 * The photos of some splits, just as training has them in its shards after cleaning: who judges or calibrates a packed
 * network looks at these.
 *
 * @param how.seed of the training: if the data names no splits, it makes the same ones again.
 * @param how.decisions of cleaning, where the splits are those that it takes photos from.
 * @throws Error naming the data if there is no such photo.
 */
export function photosOfSplits<Photo extends PhotoRecord>(
  { photos, root }: { photos: readonly Photo[]; root: string },
  splits: readonly Split[],
  how: { seed: number; decisions?: readonly CleaningDecision[] },
): SplitPhoto<Photo>[] {
  const stays = staysAfter(how.decisions ?? []);
  const chosen = splitPhotos(photos, how.seed).filter(
    ({ split, file }) => splits.includes(split) && stays({ path: path.relative(root, file), split }),
  );
  if (chosen.length === 0) throw new Error(`${root}: no photos of ${splits.join(' or ')}`);
  return chosen;
}

/**
 * Near-duplicates on both sides of a split would make the model look better than it is.
 * @throws Error naming a group that spans two splits.
 */
export function checkGroups(photos: readonly SplitPhoto[]): void {
  const splitOf = new Map<string, Split>();
  for (const { group, split } of photos) {
    if (group === null) continue;
    const seen = splitOf.get(group);
    if (seen && seen !== split) throw new Error(`duplicate group ${group} spans ${seen} and ${split}`);
    splitOf.set(group, split);
  }
}

/** Fisher–Yates, in place, with the given source of randomness. */
export function shuffle<T>(items: T[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
}
