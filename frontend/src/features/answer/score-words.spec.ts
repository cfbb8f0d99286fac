import { expect, it } from 'vitest';
import { sureness } from './score-words.ts';

it.each([
  [0.99, null, 'very'],
  [0.75, null, 'fairly'],
  [0.5, null, 'notVery'],
  [0.3, null, 'unsure'],
])('a score of %d, measured by nobody, sounds %2$s', (score, accuracy, words) => {
  expect(sureness(score, accuracy)).toBe(words);
});

it('never sounds surer than such names were right', () => {
  expect(sureness(0.95, 0.55)).toBe('notVery');
  expect(sureness(0.95, 0.97)).toBe('very');
});

it('never sounds surer than the model', () => {
  expect(sureness(0.4, 0.9)).toBe('unsure');
});
