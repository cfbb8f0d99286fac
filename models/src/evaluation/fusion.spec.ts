import { describe, expect, it } from 'vitest';
import { decide } from '../decision/decide.ts';
import { aloneOutcomes, asOnePhoto, fitExponent, fusedOutcomes } from './fusion.ts';
import { POOLS } from './fusion-pools.ts';
import { model, photoOf, table } from './synthetic-photos.ts';

const geometric = POOLS['geometric mean']!;

const likelyBonus = photoOf('Bonus edulis', [0.7, 0.1, 0.1, 0.05, 0.03, 0.02]);
const likelyMalus = photoOf('Bonus edulis', [0.1, 0.05, 0.7, 0.1, 0.03, 0.02]);
const noMushroom = photoOf('Bonus edulis', [0.02, 0.01, 0.01, 0.01, 0.01, 0.94]);

describe('a specimen as one photo', () => {
  it('is answered by the served pool as its photos are, together', () => {
    const specimen = [likelyBonus, likelyMalus, noMushroom];
    const together = decide(
      specimen.map(({ logits }) => logits),
      model,
      table,
    );
    const [outcome] = fusedOutcomes([specimen], geometric, model, table);
    expect(outcome!.answer.decision).toBe(together.decision);
    expect(outcome!.answer.toxicity.verdict).toBe(together.toxicity.verdict);
    expect(outcome!.answer.toxicity.risk).toBeCloseTo(together.toxicity.risk, 5);
    expect(outcome!.answer.candidates.map(({ taxon }) => taxon)).toEqual(together.candidates.map(({ taxon }) => taxon));
  });

  it('leaves out a photo without a mushroom, unless there is no other', () => {
    const alone = asOnePhoto([likelyBonus], geometric, model).logits;
    expect(asOnePhoto([likelyBonus, noMushroom], geometric, model).logits).toEqual(alone);
    const [outcome] = fusedOutcomes([[noMushroom, noMushroom]], geometric, model, table);
    expect(outcome!.answer.decision).toBe('not_a_mushroom');
  });

  it('has the label of its photos', () => {
    expect(asOnePhoto([likelyMalus, likelyBonus], geometric, model)).toMatchObject({
      label: 'Bonus edulis',
      leaves: likelyBonus.leaves,
      knownSpecies: true,
    });
  });
});

it('photos alone have an outcome each, in the order of the specimens', () => {
  const outcomes = aloneOutcomes([[likelyBonus, likelyMalus], [likelyBonus]], model, table);
  expect(outcomes.map(({ photo }) => photo)).toEqual([likelyBonus, likelyMalus, likelyBonus]);
  expect(outcomes.map(({ place }) => place)).toEqual([1, 2, 1]);
});

describe('the fitted exponent', () => {
  it('is 1 where each photo adds to what the others say', () => {
    const hint = [photoOf('Bonus edulis', [0.4, 0.2, 0.2, 0.1, 0.05, 0.05])];
    const specimens = Array.from({ length: 10 }, () => [...hint, ...hint, ...hint]);
    expect(fitExponent(specimens, geometric, model)).toBe(1);
  });

  it('is 0 where a photo comes twice, and its scores say already how often it is right', () => {
    const calibrated = [0.6, 0.1, 0.1, 0.1, 0.0999, 0.0001];
    const labels = ['Bonus pallidus', 'Malus letalis', 'Malus gravis', 'Ignotus ignotus'];
    const photos = [...Array<string>(6).fill('Bonus edulis'), ...labels].map((label) => photoOf(label, calibrated));
    const specimens = photos.map((photo) => [photo, photo]);
    expect(fitExponent(specimens, geometric, model)).toBe(0);
  });
});
