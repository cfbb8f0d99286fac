import { describe, expect, it } from 'vitest';
import { VERDICTS } from '../taxonomy/taxon.ts';
import { adviceFor, NOT_A_MUSHROOM_ADVICE } from './advice.ts';

describe('the advice', () => {
  const everyAdvice = [...VERDICTS.map(adviceFor), NOT_A_MUSHROOM_ADVICE];

  it('of every verdict says not to eat it', () => {
    for (const verdict of VERDICTS) expect(adviceFor(verdict), verdict).toMatch(/do not eat it/i);
  });

  it('never calls anything safe, edible, harmless or good', () => {
    for (const advice of everyAdvice) expect(advice).not.toMatch(/\b(safe|edible|harmless|good|delicious)\b/i);
  });

  it('of a dangerous verdict names poison help, and not to wait', () => {
    for (const verdict of ['deadly', 'poisonous', 'psychoactive'] as const) {
      expect(adviceFor(verdict)).toMatch(/poison help now/);
    }
    expect(adviceFor('deadly')).toMatch(/do not wait for symptoms/);
  });

  it('of what nothing is known of is to treat it as poisonous', () => {
    expect(adviceFor('unknown')).toMatch(/treat it as poisonous/i);
    expect(NOT_A_MUSHROOM_ADVICE).toMatch(/treat anything .* as poisonous/i);
  });
});
