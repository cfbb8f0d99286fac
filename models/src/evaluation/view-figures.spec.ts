import { describe, expect, it } from 'vitest';
import { outcomeOf, type Outcome } from './outcome.ts';
import { model, photoOf, table } from './synthetic-photos.ts';
import {
  discordanceWithinSpecies,
  leadWithinSpecies,
  pairsWithinSpecies,
  specimensNeeded,
  temperatureGain,
} from './view-figures.ts';

const edulis = [0.9, 0.02, 0.02, 0.02, 0.02, 0.02];
const letalis = [0.02, 0.02, 0.9, 0.02, 0.02, 0.02];
const unsureLetalis = [0.24, 0.02, 0.68, 0.02, 0.02, 0.02];

/** `below` in a photo's source says that it shows the underside. */
const outcome = (label: string, scores: readonly number[], source: 'below' | 'side'): Outcome =>
  outcomeOf(photoOf(label, scores, { source }), model, table);
const isBelow = ({ photo }: Outcome) => photo.source === 'below';

const ofEdulis = [
  outcome('Bonus edulis', edulis, 'below'),
  outcome('Bonus edulis', edulis, 'side'),
  outcome('Bonus edulis', letalis, 'side'),
];
const ofLetalis = [outcome('Malus letalis', letalis, 'below'), outcome('Malus letalis', edulis, 'side')];

describe('the lead of a kind of photos', () => {
  it('is the mean over species of how much more often they are right', () => {
    // Edulis: 1 less 0.5; letalis: 1 less 0.
    expect(leadWithinSpecies([...ofEdulis, ...ofLetalis], isBelow)).toMatchObject({ lead: { mean: 0.75 }, species: 2 });
  });

  it('leaves out species that have photos of one kind only, and those that the model does not have', () => {
    const more = [
      outcome('Malus gravis', edulis, 'below'),
      outcome('Bonus rarus', edulis, 'below'),
      outcome('Bonus rarus', edulis, 'side'),
    ];
    expect(leadWithinSpecies([...ofLetalis, ...more], isBelow)).toMatchObject({ lead: { mean: 1 }, species: 1 });
  });

  it('is none where no species has both', () => {
    expect(leadWithinSpecies(ofEdulis.slice(1), isBelow)).toBeNull();
  });
});

describe('the discordance of two kinds of photos', () => {
  it('is the share of pairs of which one is right, the mean over species', () => {
    expect(discordanceWithinSpecies([...ofEdulis, ...ofLetalis], isBelow)).toBe(0.75);
  });
});

describe('two photos of one species', () => {
  it('are right together where what they sum up to is', () => {
    const photos = [
      outcome('Bonus edulis', edulis, 'below'),
      outcome('Bonus edulis', unsureLetalis, 'side'),
      outcome('Bonus edulis', unsureLetalis, 'side'),
    ];
    expect(pairsWithinSpecies(photos, isBelow, model)).toMatchObject({
      mixed: 1,
      alike: 0,
      lead: { mean: 1 },
      species: 1,
    });
  });

  it('count by the sort of pair: one of each kind, or both of the same', () => {
    const photos = [
      outcome('Malus letalis', [0.57, 0.02, 0.35, 0.02, 0.02, 0.02], 'below'),
      outcome('Malus letalis', edulis, 'side'),
      outcome('Malus letalis', [0.1, 0.02, 0.82, 0.02, 0.02, 0.02], 'side'),
      outcome('Malus letalis', unsureLetalis, 'side'),
    ];
    const { mixed, alike } = pairsWithinSpecies(photos, isBelow, model)!;
    // The one from below is outvoted by both that are right. The one that is sure and wrong outvotes each of them.
    expect(mixed).toBeCloseTo(2 / 3);
    expect(alike).toBeCloseTo(1 / 3);
  });

  it('tell nothing of species that have one sort of pair only', () => {
    expect(pairsWithinSpecies(ofLetalis, isBelow, model)).toBeNull();
  });
});

describe('a temperature for each view', () => {
  /** Sure of itself: right always from the side, and every other time from below. */
  const photos = ['Bonus edulis', 'Bonus pallidus', 'Malus letalis', 'Malus gravis'].flatMap((label, species) =>
    Array.from({ length: 8 }, (_, index) => {
      const scores = Array<number>(6).fill(0.02);
      const isRight = index < 4 || index % 2 === 0;
      scores[isRight ? species : (species + 1) % 4] = 0.9;
      return photoOf(label, scores, { source: index < 4 ? 'side' : 'below' });
    }),
  );

  it('gains where one kind of photo is less sure than another', () => {
    const gain = temperatureGain(photos, ({ source }) => source)!;
    expect(gain.mean).toBeGreaterThan(0.1);
    expect(gain.interval[0]).toBeGreaterThan(0);
  });

  it('gains nothing where the views are names only', () => {
    const evenly = new Map(photos.map((photo, index) => [photo, String(index % 4 < 2)]));
    expect(Math.abs(temperatureGain(photos, (photo) => evenly.get(photo)!)!.mean)).toBeLessThan(0.05);
    expect(temperatureGain(photos, () => 'one')!.mean).toBe(0);
  });

  it('falls back to the common one for a view that the other folds lack', () => {
    expect(temperatureGain(photos, ({ label }) => label)!.mean).toBe(0);
  });

  it('is nothing to be measured where no label has a leaf', () => {
    expect(temperatureGain([photoOf('Absens durus', edulis)], () => 'side')).toBeNull();
  });
});

describe('the specimens needed', () => {
  it('are those of the formula, worked out by hand', () => {
    // (1.960 √0.2 + 0.842 √0.19)² / 0.1² = 154.6
    expect(specimensNeeded(0.2, 0.1)).toBe(155);
  });

  it('are four times as many, nearly, for half of the difference', () => {
    expect(specimensNeeded(0.3, 0.05) / specimensNeeded(0.3, 0.1)).toBeCloseTo(4, 1);
  });
});
