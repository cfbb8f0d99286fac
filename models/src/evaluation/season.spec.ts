import { describe, expect, it } from 'vitest';
import type { Label } from '../bundle/bundle.schema.ts';
import { LabelSpace } from '../dataset/label-space.ts';
import type { DecisionModel } from '../decision/decide.ts';
import { fitsHabitat, monthsOutside } from './season-prior.ts';
import { parseSpeciesTable } from '../taxonomy/species-table.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { outcomeOf } from './outcome.ts';
import { fitFactor, neverMilder, sayFinds, weighedPhotos } from './season.ts';
import { model as costly } from './synthetic-photos.ts';

const table = parseSpeciesTable(`scientific_name,rank,genus,toxicity,habitat,substrate,season_months_north
Ver,genus,Ver,deadly,,,
Ver vernalis,species,Ver,edible,broadleaf woodland,soil,3-5
Ver autumnalis,species,Ver,deadly,grassland,grass,9-11
Hiems obscura,species,Hiems,edible,,,`);

const labels: Label[] = ['Ver vernalis', 'Ver autumnalis', 'Hiems obscura'].map((taxon) => ({
  kind: 'species',
  taxon,
  genus: taxon.split(' ')[0]!,
  family: '',
}));
const model: DecisionModel = { ...costly, labels, thresholds: { mushroom: 0.5, species: 0.6, genus: 0.7 } };
const space = new LabelSpace(labels, table);

function photoOf(label: string, probabilities: number[]): EvaluatedPhoto {
  return {
    path: `${label}.jpg`,
    label,
    source: 'meadow',
    split: 'val',
    leaves: space.leavesOf(label),
    knownSpecies: space.isKnownSpecies(label),
    logits: Float32Array.from(probabilities, Math.log),
  };
}

const undecided = [0.45, 0.45, 0.1];
const photos = ['Ver vernalis', 'Ver autumnalis', 'Hiems obscura', 'Ver'].map((label) => photoOf(label, undecided));
const saying = { times: 40, seed: 1 };
const findsOf = (label: string, scenario: Parameters<typeof sayFinds>[1]) =>
  sayFinds(photos, scenario, table, saying).flatMap(({ photo, find }) => (photo.label === label ? [find] : []));

describe('what is said of a find', () => {
  it('is said of photos of species, as often as asked', () => {
    const said = sayFinds(photos, 'mixed', table, saying);
    expect(said).toHaveLength(3 * 40);
    expect(said.some(({ photo }) => photo.label === 'Ver')).toBe(false);
  });

  it('is in the season and habitat of the species where it is right', () => {
    for (const { month, habitat } of findsOf('Ver vernalis', 'right')) {
      expect(monthsOutside({ from: 3, to: 5 }, month)).toBe(0);
      expect(fitsHabitat(table.find('Ver vernalis')!, habitat)).toBe(true);
    }
  });

  it('is half a year off and elsewhere on the other hemisphere', () => {
    for (const { month, habitat } of findsOf('Ver vernalis', 'opposite')) {
      expect([9, 10, 11]).toContain(month);
      expect(fitsHabitat(table.find('Ver vernalis')!, habitat)).toBe(false);
    }
  });

  it('is right four times of five where it is mixed, and now and then by chance', () => {
    const finds = sayFinds([photos[0]!], 'mixed', table, { times: 2000, seed: 1 });
    const inSeason = finds.filter(({ find }) => monthsOutside({ from: 3, to: 5 }, find.month) === 0).length / 2000;
    expect(inSeason).toBeGreaterThan(0.82);
    expect(inSeason).toBeLessThan(0.88);
  });

  it('is, of a species of unknown season, right of another', () => {
    const months = new Set(findsOf('Hiems obscura', 'right').map(({ month }) => month));
    expect([...months].sort((a, b) => a - b)).toEqual([3, 4, 5, 9, 10, 11]);
  });

  it('cannot be made up where the table knows no season', () => {
    expect(() => sayFinds([photos[2]!], 'right', table, saying)).toThrow(/no season/);
  });
});

describe('photos with the prior in them', () => {
  const find = { month: 4, habitat: 'grassland' };
  const weights = { outOfSeason: 0.1, outOfHabitat: 0.5 };
  const ratioOf = (what: Parameters<typeof weighedPhotos>[1]) => {
    const [weighed] = weighedPhotos([{ photo: photos[0]!, find }], what, weights, model, table);
    return Math.exp(weighed!.logits[0]! - weighed!.logits[1]!);
  };

  it('take into account what is asked for, and nothing else', () => {
    expect(ratioOf('month')).toBeCloseTo(10, 4);
    expect(ratioOf('habitat')).toBeCloseTo(0.5, 4);
    expect(ratioOf('month and habitat')).toBeCloseTo(5, 4);
  });
});

describe('a verdict that is never milder', () => {
  const grave = outcomeOf(photoOf('Ver autumnalis', [0.02, 0.97, 0.01]), model, table);
  const harmless = outcomeOf(photoOf('Ver autumnalis', [0.9999, 0.00005, 0.00005]), model, table);
  const verdictOf = (withPrior: typeof grave, without: typeof grave) =>
    neverMilder([withPrior], [without])[0]!.answer.toxicity.verdict;

  it('is the graver of the two, whichever has it', () => {
    expect(grave.answer.toxicity.verdict).toBe('deadly');
    expect(harmless.answer.toxicity.verdict).toBe('not_known_poisonous');
    expect(verdictOf(harmless, grave)).toBe('deadly');
    expect(verdictOf(grave, harmless)).toBe('deadly');
    expect(verdictOf(harmless, harmless)).toBe('not_known_poisonous');
  });

  it('keeps the name that the prior gives', () => {
    expect(neverMilder([harmless], [grave])[0]!.answer.match).toEqual(harmless.answer.match);
  });
});

describe('the fitted factor', () => {
  it('is small where what is said is right', () => {
    const said = sayFinds(photos.slice(0, 2), 'right', table, saying);
    expect(fitFactor(said, 'month', model, table)).toBe(0.01);
  });

  it('is 1 where what is said is wrong: then nothing said is better', () => {
    const said = sayFinds(photos.slice(0, 2), 'opposite', table, saying);
    expect(fitFactor(said, 'month', model, table)).toBe(1);
  });
});
