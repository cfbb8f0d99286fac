import { describe, expect, it } from 'vitest';
import type { Label } from '../bundle/bundle.schema.ts';
import { parseSpeciesTable } from '../taxonomy/species-table.ts';
import { fitsHabitat, fitsMonth, leafWeights, monthsOutside, weigh } from './season-prior.ts';

const table = parseSpeciesTable(`scientific_name,rank,genus,toxicity,habitat,substrate,season_months_north
Ver vernalis,species,Ver,edible,"broadleaf woodland, oak",soil,3-5
Ver autumnalis,species,Ver,deadly,conifer woodland,soil,9-11
Ver rarus,species,Ver,unknown,,,9-11
Ver obscurus,species,Ver,unknown,,,
Hiems lignosa,species,Hiems,edible,dead wood,wood,11-2
Hiems ubique,species,Hiems,edible,"varied, grassland",soil,1-12
Fimus fimi,species,Fimus,psychoactive,,dung,
Fimus prati,species,Fimus,edible,"grassland, lawns",grass,`);

const taxon = (name: string) => table.find(name)!;

const species = (name: string): Label => ({ kind: 'species', taxon: name, genus: name.split(' ')[0]!, family: '' });
const labels: Label[] = [
  species('Ver vernalis'),
  species('Ver autumnalis'),
  { kind: 'other_in_genus', genus: 'Ver', family: '' },
  species('Hiems ubique'),
  { kind: 'other_in_genus', genus: 'Absens', family: '' },
  { kind: 'not_a_mushroom' },
];
const weights = { outOfSeason: 0.2, outOfHabitat: 0.5 };

describe('a month', () => {
  it.each([
    [{ from: 3, to: 5 }, 4, 0],
    [{ from: 3, to: 5 }, 5, 0],
    [{ from: 3, to: 5 }, 6, 1],
    [{ from: 3, to: 5 }, 1, 2],
    [{ from: 3, to: 5 }, 10, 5],
    [{ from: 11, to: 2 }, 12, 0],
    [{ from: 11, to: 2 }, 1, 0],
    [{ from: 11, to: 2 }, 3, 1],
    [{ from: 11, to: 2 }, 10, 1],
    [{ from: 1, to: 12 }, 7, 0],
    [{ from: 6, to: 6 }, 6, 0],
  ])('of season %j is month %i by %i months outside', (season, month, outside) => {
    expect(monthsOutside(season, month)).toBe(outside);
  });

  it('fits a season that it is in or next to, and any season that is not known', () => {
    const fitting = (name: string) => [1, 2, 3, 4, 5, 6, 7].filter((month) => fitsMonth(taxon(name), month));
    expect(fitting('Ver vernalis')).toEqual([2, 3, 4, 5, 6]);
    expect(fitting('Ver obscurus')).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a habitat', () => {
  it.each([
    ['broadleaf woodland', ['Ver vernalis', 'Hiems lignosa']],
    ['Under an OAK', ['Ver vernalis', 'Hiems lignosa']],
    ['conifer woodland', ['Ver autumnalis', 'Hiems lignosa']],
    ['mixed woodland', ['Ver vernalis', 'Ver autumnalis', 'Hiems lignosa']],
    ['dead wood', ['Hiems lignosa']],
    ['lawns', ['Fimus fimi', 'Fimus prati']],
    ['dung', ['Fimus fimi']],
  ])('%s fits what grows there', (habitat, names) => {
    const tied = ['Ver vernalis', 'Ver autumnalis', 'Hiems lignosa', 'Fimus fimi', 'Fimus prati'];
    expect(tied.filter((name) => fitsHabitat(taxon(name), habitat))).toEqual(names);
  });

  it('fits every species where it says nothing, and every species that grows anywhere or nobody knows where', () => {
    expect(table.taxa.every((each) => fitsHabitat(each, 'near the car'))).toBe(true);
    expect(fitsHabitat(taxon('Hiems ubique'), 'dung')).toBe(true);
    expect(fitsHabitat(taxon('Ver obscurus'), 'dung')).toBe(true);
  });
});

describe('the weights of leaves', () => {
  it('weigh down what is out of season, the rest of a genus by the mean of its other species', () => {
    const april = leafWeights(labels, table, { month: 4 }, weights);
    expect([...april]).toEqual([1, 0.2, (0.2 + 1) / 2, 1, 1, 1]);
  });

  it('multiply for what is out of season and out of habitat', () => {
    expect(leafWeights(labels, table, { month: 4, habitat: 'lawns' }, weights)[1]).toBeCloseTo(0.1, 12);
  });

  it('are all 1 where nothing is said', () => {
    expect([...leafWeights(labels, table, {}, weights)]).toEqual(labels.map(() => 1));
  });
});

describe('a weighed distribution', () => {
  const distribution = Float64Array.of(0.1, 0.4, 0.1, 0.1, 0.1, 0.2);

  it('moves the mass of mushrooms among them, and none to or from "not a mushroom"', () => {
    const april = weigh(distribution, labels, leafWeights(labels, table, { month: 4 }, weights));
    expect(april.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(april[5]).toBe(0.2);
    expect(april[1]! / april[0]!).toBeCloseTo((0.4 / 0.1) * 0.2, 12);
    expect(april[0]).toBeGreaterThan(0.1);
  });

  it('rules nothing out', () => {
    const april = weigh(distribution, labels, leafWeights(labels, table, { month: 4, habitat: 'dung' }, weights));
    expect(april.every((value) => value > 0)).toBe(true);
  });

  it('stays as it is where all weigh the same', () => {
    const same = weigh(distribution, labels, new Float64Array(6).fill(1));
    same.forEach((value, leaf) => expect(value).toBeCloseTo(distribution[leaf]!, 12));
  });
});
