import { describe, expect, it } from 'vitest';
import type { Identification } from '@mushroom/recognition/decision/identification';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { identificationText, POISON_HELP } from './identification-text.ts';

const answer: Identification = {
  decision: 'identified',
  match: { taxon: 'Bonus edulis', rank: 'species', commonName: 'Good one', score: 0.9712 },
  toxicity: { verdict: 'not_known_poisonous', risk: 0.0002, toxins: [], advice: 'Do not eat it.' },
  candidates: [
    { taxon: 'Bonus edulis', rank: 'species', commonName: 'Good one', score: 0.9712, toxicity: 'not_known_poisonous' },
    { taxon: 'Malus', rank: 'genus', commonName: null, score: 0.01, toxicity: 'deadly' },
  ],
  lookalikes: [{ taxon: 'Malus letalis', commonName: null, toxicity: 'deadly' }],
  nextViews: [],
  photos: [{ score: 0.9712, mushroom: 1 }],
};

const verdict = (of: Identification['toxicity']['verdict']) => ({
  ...answer,
  toxicity: { ...answer.toxicity, verdict: of },
});

describe('an answer as text', () => {
  it('says what it is, how dangerous, with what it is confused, and what else it may be', () => {
    const text = identificationText(answer);
    expect(text).toContain('decision: identified\nmatch: Bonus edulis, Good one, 97.1 %');
    expect(text).toContain('verdict: not known to be poisonous, unverified. Do not eat it.');
    expect(text).toContain('poisonous or deadly: below 0.1 %');
    expect(text).toContain('dangerous look-alikes:\n  Malus letalis: deadly');
    expect(text).toContain('what it may be:\n  Bonus edulis, Good one, 97.1 %: not known');
    expect(text).toContain('  Malus (genus), 1.0 %: deadly');
    expect(text).not.toContain('why no name');
  });

  it('says why it names nothing', () => {
    const { match: _, ...unnamed } = answer;
    expect(identificationText({ ...unnamed, decision: 'uncertain', reason: 'low_confidence' })).toContain(
      'why no name: the photos fit several mushrooms',
    );
    const none = identificationText({ ...unnamed, decision: 'not_a_mushroom', reason: 'not_a_mushroom' });
    expect(none).toContain('decision: not a mushroom\nwhy no name: no mushroom was recognised');
  });

  it.each(VERDICTS)('tells whom to call, whatever it says, and never that a mushroom may be eaten: %s', (of) => {
    const text = identificationText(verdict(of));
    expect(text.endsWith(POISON_HELP)).toBe(true);
    expect(POISON_HELP).toMatch(/poison centre or the emergency number now.*Keep a sample/);
    // `Bonus edulis` is no verdict, and neither is "inedible".
    expect(text).not.toMatch(/\bsafe\b|\bedible\b/i);
  });
});
