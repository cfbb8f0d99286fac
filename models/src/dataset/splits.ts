import seedrandom from 'seedrandom';
import { groupBy } from './group-by.ts';
import type { PhotoRecord, Split } from './manifest.ts';

export type SplitPhoto = PhotoRecord & { split: Split };

/**
 * Gives every photo a split. Where the data names them they are kept; where it does not, each label gives the same
 * share to `val`, whole groups at a time. A label with a single group stays in `train`.
 */
export function splitPhotos(photos: readonly PhotoRecord[], seed: number, valShare = 0.15): SplitPhoto[] {
  const named = photos.filter((photo): photo is SplitPhoto => photo.split !== undefined);
  const unnamed = photos.filter((photo) => photo.split === undefined);

  const byLabel = groupBy(unnamed, (photo) => photo.label);
  const made: SplitPhoto[] = [];
  for (const label of [...byLabel.keys()].sort()) {
    const groups = [...groupBy(byLabel.get(label)!, (photo) => photo.group ?? photo.file).entries()]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([, members]) => members);
    shuffle(groups, seedrandom(`${seed}/${label}`));
    const forVal = groups.length < 2 ? 0 : Math.max(1, Math.round(groups.length * valShare));
    groups.forEach((members, index) => {
      const split: Split = index < forVal ? 'val' : 'train';
      made.push(...members.map((photo) => ({ ...photo, split })));
    });
  }
  const all = [...named, ...made];
  checkGroups(all);
  return all;
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
