import { adviceFor, NOT_A_MUSHROOM_ADVICE } from '@mushroom/recognition/decision/advice';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { expect, it } from 'vitest';
import { en } from '../language/en.ts';

// An answer brings its advice in English. The page shows its own words for it, in the reader's language.

it.each(VERDICTS)('the page advises in English what an answer does: %s', (verdict) => {
  expect(en.verdict[verdict].advice).toBe(adviceFor(verdict));
});

it('the page advises in English what an answer does where there is no mushroom', () => {
  expect(en.answer.noMushroomAdvice).toBe(NOT_A_MUSHROOM_ADVICE);
});
