import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import type { PhotoRecord, Split } from './manifest.ts';
import { checkGroups, shuffle, splitPhotos, type SplitPhoto } from './splits.ts';

function photo(file: string, label: string, group: string | null = null, split?: Split): PhotoRecord {
  return { file, label, source: 'test', group, split };
}

/** 20 labels of 30 photos each, in groups of one to four. */
function collection(): PhotoRecord[] {
  const random = seedrandom('collection');
  return Array.from({ length: 600 }, (_, index) => {
    const label = `Label ${index % 20}`;
    return photo(`${index}.jpg`, label, random() < 0.5 ? `${label}/${Math.floor(index / 80)}` : null);
  });
}

const splitsOfGroups = (photos: readonly SplitPhoto[]) => {
  const splits = new Map<string, Set<Split>>();
  for (const { group, split } of photos) {
    if (group) splits.set(group, (splits.get(group) ?? new Set()).add(split));
  }
  return [...splits.values()].map((set) => set.size);
};

const inOrder = (photos: readonly SplitPhoto[]) => photos.map(({ file, split }) => `${file} ${split}`).sort();

describe('splits made for data that names none', () => {
  it('keep all photos, each once', () => {
    const files = splitPhotos(collection(), 1).map(({ file }) => file);
    expect([...files].sort()).toEqual(
      collection()
        .map(({ file }) => file)
        .sort(),
    );
  });

  it('never put a group on both sides', () => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(new Set(splitsOfGroups(splitPhotos(collection(), seed)))).toEqual(new Set([1]));
    }
  });

  it('never put a group on both sides either where its photos have several labels', () => {
    const photos = collection().map((record, index) => ({ ...record, group: `pair ${Math.floor(index / 2)}` }));
    for (let seed = 1; seed <= 20; seed++) {
      expect(new Set(splitsOfGroups(splitPhotos(photos, seed)))).toEqual(new Set([1]));
    }
  });

  it('give every label about the share of val that is asked for, and nothing to field', () => {
    const photos = Array.from({ length: 400 }, (_, index) => photo(`${index}`, `Label ${index % 4}`));
    const split = splitPhotos(photos, 1, 0.15);
    for (let label = 0; label < 4; label++) {
      const own = split.filter((member) => member.label === `Label ${label}`);
      expect(own.filter((member) => member.split === 'val')).toHaveLength(15);
      expect(own.filter((member) => member.split === 'train')).toHaveLength(85);
    }
  });

  it('leave a label with one group to train, and give one of two groups to val', () => {
    const photos = [
      photo('a', 'Single'),
      photo('b', 'Same specimen', 'g'),
      photo('c', 'Same specimen', 'g'),
      photo('d', 'Two'),
      photo('e', 'Two'),
    ];
    const splitsOf = (label: string) =>
      splitPhotos(photos, 1)
        .filter((p) => p.label === label)
        .map((p) => p.split);
    expect(splitsOf('Single')).toEqual(['train']);
    expect(splitsOf('Same specimen')).toEqual(['train', 'train']);
    expect(splitsOf('Two').sort()).toEqual(['train', 'val']);
  });

  it('are the same for the same seed, in whatever order the photos come, and others for another', () => {
    const once = inOrder(splitPhotos(collection(), 1));
    expect(inOrder(splitPhotos(collection(), 1))).toEqual(once);
    expect(inOrder(splitPhotos(collection().reverse(), 1))).toEqual(once);
    expect(inOrder(splitPhotos(collection(), 2))).not.toEqual(once);
  });
});

describe('splits that the data names', () => {
  it('are kept', () => {
    const photos = [photo('a', 'x', null, 'field'), photo('b', 'x', null, 'val'), photo('c', 'x', null, 'train')];
    expect(inOrder(splitPhotos(photos, 1))).toEqual(['a field', 'b val', 'c train']);
  });

  it('are followed by the unnamed photos of the same group', () => {
    const photos = [
      photo('a', 'x', 'g', 'field'),
      ...Array.from({ length: 8 }, (_, index) => photo(`b${index}`, 'x', 'g')),
      photo('c', 'x', 'h', 'val'),
      photo('d', 'x', 'h'),
    ];
    const split = splitPhotos(photos, 1);
    expect(split.filter(({ group }) => group === 'g').every((member) => member.split === 'field')).toBe(true);
    expect(split.find(({ file }) => file === 'd')?.split).toBe('val');
  });

  it('are refused where a group spans two of them, and the group is named', () => {
    const photos = [photo('a', 'x', 'g17', 'train'), photo('b', 'x', null, 'val'), photo('c', 'x', 'g17', 'val')];
    expect(() => splitPhotos(photos, 1)).toThrow('duplicate group g17 spans train and val');
    expect(() => checkGroups(photos as SplitPhoto[])).toThrow(/g17/);
    expect(() => checkGroups(photos.slice(1) as SplitPhoto[])).not.toThrow();
  });
});

describe('shuffling', () => {
  it('keeps every item, follows the seed and reaches every order', () => {
    const shuffled = (seed: string) => {
      const items = [1, 2, 3];
      shuffle(items, seedrandom(seed));
      return items.join('');
    };
    expect(shuffled('a')).toBe(shuffled('a'));
    const counts = new Map<string, number>();
    for (let i = 0; i < 1200; i++) counts.set(shuffled(`${i}`), (counts.get(shuffled(`${i}`)) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    expect(Math.min(...counts.values())).toBeGreaterThan(140);
  });
});
