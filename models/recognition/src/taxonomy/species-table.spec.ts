import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSpeciesTable } from './species-table.ts';
import { isDangerous, TOXICITIES } from './taxon.ts';

const csv = readFileSync(new URL('../../../data/species.csv', import.meta.url), 'utf8');
const table = parseSpeciesTable(csv);

const HEADER = 'scientific_name,rank,genus,family,synonyms,toxicity,lookalikes,season_months_north,note';
const tableOf = (...rows: string[]) => parseSpeciesTable([HEADER, ...rows].join('\n'));

describe('the shipped species table', () => {
  it('holds every species and genus', () => {
    expect(table.taxa).toHaveLength(1552);
    expect(table.taxa.filter((taxon) => taxon.rank === 'genus')).toHaveLength(25);
  });

  it('finds a taxon by its accepted name, by a synonym and by its slug', () => {
    const accepted = table.find('Imleria pallida');
    expect(accepted?.commonName).toBe('Pallid bolete');
    expect(table.find('Boletus pallidus')).toBe(accepted);
    expect(table.findBySlug('imleria-pallida')).toBe(accepted);
    expect(table.find('Boletus imaginarius')).toBeUndefined();
    expect(table.findBySlug('boletus-imaginarius')).toBeUndefined();
  });

  it('gives no two taxa the same name or slug', () => {
    expect(new Set(table.taxa.map((taxon) => taxon.name)).size).toBe(table.taxa.length);
    expect(new Set(table.taxa.map((taxon) => taxon.slug)).size).toBe(table.taxa.length);
    for (const taxon of table.taxa) expect(taxon.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('gives no two taxa the same synonym, and no synonym the name of another taxon', () => {
    for (const taxon of table.taxa) {
      for (const synonym of taxon.synonyms) expect(table.find(synonym)?.name, synonym).toBe(taxon.name);
    }
  });

  it('calls the worst of what killers there are deadly', () => {
    const killers = [
      'Amanita phalloides',
      'Amanita virosa',
      'Amanita verna',
      'Galerina marginata',
      'Cortinarius orellanus',
      'Cortinarius rubellus',
      'Lepiota brunneoincarnata',
    ];
    expect(killers.map((name) => [name, table.find(name)?.toxicity])).toEqual(killers.map((name) => [name, 'deadly']));
  });

  it('warns of the worst member of a genus', () => {
    expect(table.worstOfGenus('Amanita')).toBe('deadly');
    expect(table.worstOfGenus('Galerina')).toBe('deadly');
    expect(table.worstOfGenus('Nonexistia')).toBe('unknown');
  });

  it('counts the row of a genus itself when it warns of the genus', () => {
    // No Boletus that the table lists is poisonous; the genus's own row says that some are.
    expect(table.speciesOf('Boletus').some((taxon) => isDangerous(taxon.toxicity))).toBe(false);
    expect(table.worstOfGenus('Boletus')).toBe('poisonous');
  });

  it('lists the species of a genus most dangerous first, without the row of the genus', () => {
    const severities = table.speciesOf('Amanita').map((taxon) => TOXICITIES.indexOf(taxon.toxicity));
    expect(severities.length).toBeGreaterThan(50);
    expect(severities).toEqual([...severities].sort((a, b) => a - b));
    expect(table.speciesOf('Amanita').map((taxon) => taxon.name)).not.toContain('Amanita');
    expect(table.speciesOf('Nonexistia')).toEqual([]);
  });

  it('knows the family of a genus', () => {
    expect(table.familyOf('Amanita')).toBe('Amanitaceae');
    expect(table.familyOf('Nonexistia')).toBeNull();
  });

  it('marks what came with the photos as unresearched, and calls none of it edible', () => {
    const unresearched = table.taxa.filter((taxon) => !taxon.researched);
    expect(unresearched).toHaveLength(325);
    expect(unresearched.every((taxon) => /not (yet )?researched/.test(taxon.note ?? ''))).toBe(true);
    expect(unresearched.filter((taxon) => taxon.toxicity === 'edible')).toEqual([]);
    expect(table.taxa.filter((taxon) => taxon.researched && /not (yet )?researched/.test(taxon.note ?? ''))).toEqual(
      [],
    );
  });

  it('names only look-alikes that it has a row for', () => {
    const dangling = table.taxa.flatMap((taxon) =>
      taxon.lookalikes.filter((name) => !table.find(name)).map((name) => `${taxon.name} → ${name}`),
    );
    expect(dangling).toEqual([]);
  });

  it('names the look-alikes by their accepted names, never the species itself', () => {
    for (const taxon of table.taxa) {
      expect(taxon.lookalikes.map((name) => table.find(name)?.name)).toEqual(taxon.lookalikes);
      expect(taxon.lookalikes).not.toContain(taxon.name);
    }
  });

  it('states a source for every fact sheet', () => {
    expect(table.taxa.filter((taxon) => taxon.sources.length === 0)).toEqual([]);
  });

  it('gives seasons in months', () => {
    const months = table.taxa.flatMap(({ season }) => (season ? [season.from, season.to] : []));
    expect(months.length).toBeGreaterThan(1000);
    expect(months.every((month) => month >= 1 && month <= 12)).toBe(true);
  });
});

describe('a species table', () => {
  it('prefers an accepted name to the synonym of another species', () => {
    const small = tableOf('Aus bus,species,Aus,Aaceae,Cus dus,inedible,,,', 'Cus dus,species,Cus,Caceae,,deadly,,,');
    expect(small.find('Cus dus')?.toxicity).toBe('deadly');
  });

  it('reads a byte order mark, empty cells and a season over the turn of the year', () => {
    const [taxon] = parseSpeciesTable(`\uFEFF${HEADER}\nAus bus,species,Aus,,,inedible,,11-2,\n`).taxa;
    expect(taxon).toMatchObject({
      name: 'Aus bus',
      family: '',
      commonName: null,
      synonyms: [],
      lookalikes: [],
      note: null,
      season: { from: 11, to: 2 },
    });
  });

  it.each([
    ['no name', ',species,Aus,,,edible,,,', /line 3: a name and a genus are needed/],
    ['no genus', 'Aus cus,species,,,,edible,,,', /line 3: a name and a genus are needed/],
    ['an unknown toxicity class', 'Aus cus,species,Aus,,,delicious,,,', /line 3: "delicious" is not a toxicity class/],
    ['no toxicity class', 'Aus cus,species,Aus,,,,,,', /line 3: "" is not a toxicity class/],
    ['a column too few', 'Aus cus,species,Aus', /line 3/],
    ['a quote that is never closed', '"Aus cus,species,Aus,,,edible,,,', /line 3/],
  ])('names the line of a row with %s', (_, row, message) => {
    expect(() => tableOf('Aus bus,species,Aus,,,inedible,,,', row)).toThrow(message);
  });
});
