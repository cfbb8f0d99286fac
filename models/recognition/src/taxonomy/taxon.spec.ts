import { describe, expect, it } from 'vitest';
import { isDangerous, slugOf, TOXICITIES, VERDICTS, verdictOf } from './taxon.ts';

describe('the toxicity classes', () => {
  it('count deadly, poisonous and psychoactive as dangerous', () => {
    expect(TOXICITIES.filter(isDangerous)).toEqual(['deadly', 'poisonous', 'psychoactive']);
  });

  it('become verdicts that never say edible or safe', () => {
    expect(VERDICTS.filter((verdict) => /edible|safe/.test(verdict))).toEqual(['inedible']);
    expect(TOXICITIES.map(verdictOf)).toEqual([
      'deadly',
      'poisonous',
      'psychoactive',
      'caution',
      'unknown',
      'inedible',
      'not_known_poisonous',
    ]);
  });
});

describe('a slug', () => {
  it.each([
    ['Amanita muscaria', 'amanita-muscaria'],
    ['Amanita', 'amanita'],
    ['Psilocybe semilanceata var. cœrulescens', 'psilocybe-semilanceata-var-c-rulescens'],
    ['  Boletus × hybridus ', 'boletus-hybridus'],
  ])('of %j is %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
