import { describe, expect, it } from 'vitest';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { LabelSpace, labelSpaceOf } from './label-space.ts';
import { NOT_A_MUSHROOM } from './manifest.ts';

const table = parseSpeciesTable(`scientific_name,rank,genus,family,synonyms,toxicity
Amanita,genus,Amanita,Amanitaceae,,deadly
Amanita muscaria,species,Amanita,Amanitaceae,Agaricus muscarius,poisonous
Amanita phalloides,species,Amanita,Amanitaceae,,deadly
Amanita rara,species,Amanita,Amanitaceae,,unknown
Boletus,genus,Boletus,Boletaceae,,poisonous
Boletus edulis,species,Boletus,Boletaceae,,edible
Boletus rarus,species,Boletus,Boletaceae,,unknown
Russula,genus,Russula,Russulaceae,,deadly
Russula rara,species,Russula,Russulaceae,,unknown
Xerula sola,species,Xerula,Physalacriaceae,,inedible`);

const times = (count: number, label: string) => Array.from({ length: count }, () => label);
const namesOf = (space: LabelSpace) =>
  space.labels.map((label) =>
    label.kind === 'species' ? label.taxon : label.kind === 'other_in_genus' ? `other ${label.genus}` : '–',
  );

describe('the classes that photos give', () => {
  it('are a species for ten photos, not for nine', () => {
    const labels = [...times(10, 'Amanita muscaria'), ...times(9, 'Xerula sola')];
    expect(namesOf(labelSpaceOf(labels, table, 10))).toEqual(['Amanita muscaria']);
  });

  it('count the photos of a synonym for the species', () => {
    const labels = [...times(6, 'Amanita muscaria'), ...times(4, 'Agaricus muscarius')];
    expect(namesOf(labelSpaceOf(labels, table, 10))).toEqual(['Amanita muscaria']);
  });

  it('hold "another species of the genus" where photos of further species are left over', () => {
    const labels = [...times(10, 'Amanita muscaria'), ...times(2, 'Amanita rara'), ...times(2, 'Amanita phalloides')];
    expect(namesOf(labelSpaceOf(labels, table, 10))).toEqual(['Amanita muscaria', 'other Amanita']);
    expect(namesOf(labelSpaceOf(labels.slice(0, -1), table, 10))).toEqual(['Amanita muscaria']);
  });

  it('hold a genus without a species class where its photos together are enough', () => {
    expect(namesOf(labelSpaceOf([...times(6, 'Russula'), ...times(4, 'Russula rara')], table, 10))).toEqual([
      'other Russula',
    ]);
    expect(namesOf(labelSpaceOf([...times(6, 'Russula'), ...times(3, 'Russula rara')], table, 10))).toEqual([]);
  });

  it('make no class of genus photos alone where the genus has species classes: they speak for those', () => {
    expect(namesOf(labelSpaceOf([...times(10, 'Boletus edulis'), ...times(50, 'Boletus')], table, 10))).toEqual([
      'Boletus edulis',
    ]);
  });

  it('hold not-a-mushroom where there are photos of none, in the last place', () => {
    const labels = [NOT_A_MUSHROOM, ...times(10, 'Boletus edulis')];
    expect(labelSpaceOf(labels, table, 10).labels).toEqual([
      { kind: 'species', taxon: 'Boletus edulis', genus: 'Boletus', family: 'Boletaceae' },
      { kind: 'not_a_mushroom' },
    ]);
  });

  it('are the same in any order of the photos', () => {
    const labels = [
      ...times(10, 'Boletus edulis'),
      ...times(10, 'Amanita phalloides'),
      ...times(10, 'Amanita muscaria'),
      ...times(10, 'Russula'),
      ...times(4, 'Boletus rarus'),
      NOT_A_MUSHROOM,
    ];
    const classes = labelSpaceOf(labels, table, 10).labels;
    expect(labelSpaceOf([...labels].reverse(), table, 10).labels).toEqual(classes);
    expect(classes).toHaveLength(6);
  });

  it('refuse a label that the species table lacks, by name', () => {
    expect(() => labelSpaceOf(['Boletus imaginarius'], table, 1)).toThrow(/"Boletus imaginarius".*add a row/);
  });
});

describe('what a label says about the classes', () => {
  const space = new LabelSpace(
    [
      { kind: 'species', taxon: 'Amanita muscaria', genus: 'Amanita', family: '' },
      { kind: 'species', taxon: 'Amanita phalloides', genus: 'Amanita', family: '' },
      { kind: 'species', taxon: 'Boletus edulis', genus: 'Boletus', family: '' },
      { kind: 'other_in_genus', genus: 'Amanita', family: '' },
      { kind: 'not_a_mushroom' },
    ],
    table,
  );

  it.each<[string, string, number[]]>([
    ['a species is its own class', 'Amanita phalloides', [1]],
    ['a synonym is the class of the accepted name', 'Agaricus muscarius', [0]],
    ['a genus is all classes of the genus, the rest of it too', 'Amanita', [0, 1, 3]],
    ['a genus without a rest is its species', 'Boletus', [2]],
    ['a species without a class is the rest of its genus', 'Amanita rara', [3]],
    ['a species without a class in a genus without a rest is none', 'Boletus rarus', []],
    ['a genus without classes is none', 'Russula', []],
    ['no mushroom is the negative class', NOT_A_MUSHROOM, [4]],
  ])('%s', (_, label, classes) => {
    expect(space.classesOf(label)).toEqual(classes);
  });

  it('teaches what it may be', () => {
    expect(space.taughtClassesOf('Amanita phalloides')).toEqual([1]);
    expect(space.taughtClassesOf('Amanita')).toEqual([0, 1, 3]);
    expect(space.taughtClassesOf(NOT_A_MUSHROOM)).toEqual([4]);
  });

  it('teaches that it is a mushroom where no class covers its genus', () => {
    expect(space.taughtClassesOf('Boletus rarus')).toEqual([0, 1, 2, 3]);
    expect(space.taughtClassesOf('Russula')).toEqual([0, 1, 2, 3]);
  });

  it('refuses a label that the species table lacks, by name', () => {
    expect(() => space.classesOf('Boletus imaginarius')).toThrow(/"Boletus imaginarius"/);
  });

  it('knows no negatives where it has no class for them', () => {
    const withoutNegatives = new LabelSpace(space.labels.slice(0, 4), table);
    expect(withoutNegatives.classesOf(NOT_A_MUSHROOM)).toEqual([]);
    expect(withoutNegatives.taughtClassesOf(NOT_A_MUSHROOM)).toEqual([]);
  });

  it('tells the species with classes of their own from all other labels', () => {
    const labels = ['Amanita muscaria', 'Agaricus muscarius', 'Amanita rara', 'Amanita', NOT_A_MUSHROOM];
    expect(labels.map((label) => space.isKnownSpecies(label))).toEqual([true, true, false, false, false]);
  });
});
