import { describe, expect, it } from 'vitest';
import { foldsOf, groupsOf } from './folds.ts';

describe('groups of near-duplicates', () => {
  it('hold what hangs together, also through others', () => {
    const groups = groupsOf(5, [
      { a: 0, b: 1 },
      { a: 3, b: 4 },
      { a: 1, b: 4 },
    ]);
    expect(new Set([groups[0], groups[1], groups[3], groups[4]]).size).toBe(1);
    expect(groups[2]).not.toBe(groups[0]);
  });
});

describe('folds', () => {
  const items = Array.from({ length: 50 }, (_, item) => item);
  const groups = items.map((item) => Math.floor(item / 2));
  const kinds = items.map((item) => (item < 30 ? 'right' : 'wrong'));
  const folds = foldsOf(groups, kinds, 5, 1);

  it('never part a group', () => {
    for (const item of items) expect(folds[item]).toBe(folds[item - (item % 2)]);
  });

  it('are of a size, and have the same share of each kind', () => {
    for (let fold = 0; fold < 5; fold++) {
      const own = items.filter((item) => folds[item] === fold);
      expect(own).toHaveLength(10);
      expect(own.filter((item) => kinds[item] === 'right')).toHaveLength(6);
    }
  });

  it('are the same for the same seed only', () => {
    expect(foldsOf(groups, kinds, 5, 1)).toEqual(folds);
    expect(foldsOf(groups, kinds, 5, 2)).not.toEqual(folds);
  });
});
