import { expect, it } from 'vitest';
import { groupBy } from './group-by.ts';

it('groups items in order of the first member of each group', () => {
  const groups = groupBy(['pear', 'apple', 'plum', 'avocado', 'fig'], (word) => word[0]);
  expect([...groups]).toEqual([
    ['p', ['pear', 'plum']],
    ['a', ['apple', 'avocado']],
    ['f', ['fig']],
  ]);
});
