import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCommonNames } from './common-names.ts';
import { parseSpeciesTable } from './species-table.ts';
import { isDangerous } from './taxon.ts';

const read = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
const names = parseCommonNames(read('models/data/common-names.csv'));
const table = parseSpeciesTable(read('models/data/species.csv'));

const HEADER = 'scientific_name,language,name,preferred,source';
const namesOf = (...rows: string[]) => parseCommonNames([HEADER, ...rows].join('\n'));

describe('the shipped common names', () => {
  it('are of taxa that the species table has, by their accepted names', () => {
    expect(names.taxa.filter((taxon) => table.find(taxon)?.name !== taxon)).toEqual([]);
  });

  it('are there in five languages and a few more', () => {
    expect(names.languages).toEqual(['de', 'es', 'fr', 'it', 'pl', 'sv']);
    expect(names.preferredIn('de').size).toBe(898);
    expect(names.preferredIn('fr').size).toBe(370);
    expect(names.preferredIn('en').size).toBe(0);
  });

  it('put the name to show first', () => {
    expect(names.preferredIn('de').get('Amanita muscaria')).toBe('Fliegenpilz');
    const german = names.of('Agaricus arvensis').filter(({ language }) => language === 'de');
    expect(german.map(({ preferred }) => preferred)).toEqual([true, false, false]);
    expect(names.of('Agaricus imaginarius')).toEqual([]);
  });

  it('call no dangerous mushroom food', () => {
    const food = /speise|essbar|genießbar|edel|delikat|comestible|délicieu|jadaln|ätlig/i;
    const called = names.taxa.filter((taxon) => names.of(taxon).some(({ name }) => food.test(name)));
    expect(called).toContain('Morchella esculenta');
    expect(called.filter((taxon) => isDangerous(table.find(taxon)!.toxicity))).toEqual([]);
  });

  it('come from sources that the documentation lists with their licences', () => {
    const documented = read('docs/common-names.md');
    const sources = new Set(names.taxa.flatMap((taxon) => names.of(taxon).flatMap((name) => name.sources)));
    expect([...sources].filter((source) => !new RegExp(`^\\| ${source} +\\|`, 'm').test(documented))).toEqual([]);
  });
});

describe('common names', () => {
  it.each([
    ['no taxon', ',de,Name,1,x', /line 3: scientific_name/],
    ['no language', 'Aus cus,,Name,1,x', /line 3: language/],
    ['no name', 'Aus cus,de,,1,x', /line 3: name/],
    ['an unclear preference', 'Aus cus,de,Name,yes,x', /line 3: preferred/],
    ['no source', 'Aus cus,de,Name,1,', /line 3: source/],
  ])('name the line of a row with %s', (_, row, message) => {
    expect(() => namesOf('Aus bus,de,Bus,1,x', row)).toThrow(message);
  });

  it.each([
    ['none preferred', ['Aus bus,de,Bus,0,x'], 'Aus bus has no preferred name (de)'],
    ['two preferred', ['Aus bus,de,Bus,1,x', 'Aus bus,de,Omnibus,1,x'], 'Aus bus has two preferred names (de)'],
    ['one twice', ['Aus bus,de,Bus,1,x', 'Aus bus,de,Bus,0,y'], 'Aus bus has "Bus" (de) twice'],
  ])('of a taxon and language are refused with %s', (_, rows, message) => {
    expect(() => namesOf(...rows)).toThrow(message);
  });
});
