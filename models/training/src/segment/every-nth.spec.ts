import { describe, expect, it } from 'vitest';
import { everyNth } from './every-nth.ts';

describe('some of many', () => {
  it('are spread evenly, in their order, and never more than there are', () => {
    const ten = Array.from({ length: 10 }, (_, item) => item);
    expect(everyNth(ten, 5)).toEqual([0, 2, 4, 6, 8]);
    expect(everyNth(ten, 3)).toEqual([0, 3, 6]);
    expect(everyNth(ten, 99)).toEqual(ten);
    expect(everyNth([], 3)).toEqual([]);
  });
});
