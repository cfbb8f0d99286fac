import { expect, it } from 'vitest';
import { sureness } from './score-words.ts';

it.each([
  [1, 'very sure'],
  [0.9, 'very sure'],
  [0.89, 'fairly sure'],
  [0.7, 'fairly sure'],
  [0.5, 'not very sure'],
  [0.3, 'unsure'],
])('a score of %s is worded "%s"', (score, words) => {
  expect(sureness(score)).toBe(words);
});
