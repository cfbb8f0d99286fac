import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type StartedService } from '../testing/start-service.ts';
import { parseLicensedPhotos } from './licensed-photos.ts';
import { commonNamesSchema, speciesDetailSchema, speciesPageSchema, type SpeciesPage } from './species.schema.ts';
import { SpeciesCatalogue } from './species.service.ts';

let service: StartedService;
beforeAll(async () => {
  service = await startService({}, { start: false });
});
afterAll(() => service.stop());

async function search(query: string): Promise<SpeciesPage> {
  const response = await supertest(service.app).get(`/api/v1/species?${query}`);
  expect(response.status, response.text).toBe(200);
  return speciesPageSchema.parse(response.body);
}
const names = ({ species }: SpeciesPage) => species.map(({ taxon }) => taxon);

describe('the list of species', () => {
  it('is in pages, by name, and tells how many there are', async () => {
    const first = await search('pageSize=10');
    const second = await search('pageSize=10&page=2');
    expect(first.total).toBe(service.parts.table.taxa.length);
    expect(first.species).toHaveLength(10);
    expect([...names(first), ...names(second)]).toEqual([...names(first), ...names(second)].toSorted());
    expect(new Set([...names(first), ...names(second)]).size).toBe(20);
  });

  it('is empty behind its last page', async () => {
    expect((await search('page=9999')).species).toEqual([]);
  });

  it.each([
    ['Amanita phalloides', 'Amanita phalloides'],
    ['amanita phalloides', 'Amanita phalloides'],
    ['Death cap', 'Amanita phalloides'],
    ['death ca', 'Amanita phalloides'],
    ['Fly agarc', 'Amanita muscaria'],
    ['Amanita muscara', 'Amanita muscaria'],
    ['Fliegenpilz', 'Amanita muscaria'],
    ['Steinpilz', 'Boletus edulis'],
    ['Pfifferling', 'Cantharellus cibarius'],
    ['grüner knollenblätterpilz', 'Amanita phalloides'],
    ['Gruner Knollenblatterpilz', 'Amanita phalloides'],
    ['cepe de bordeaux', 'Boletus edulis'],
    ['Amanite tue-mouches', 'Amanita muscaria'],
    ['Röd flugsvamp', 'Amanita muscaria'],
    ['Muchomor czerwony', 'Amanita muscaria'],
  ])('finds "%s" first', async (text, taxon) => {
    expect(names(await search(`q=${encodeURIComponent(text)}`))[0]).toBe(taxon);
  });

  it('finds a species by its synonym', async () => {
    const taxon = service.parts.table.taxa.find(({ synonyms }) => synonyms.length > 0)!;
    expect(names(await search(`q=${encodeURIComponent(taxon.synonyms[0]!)}`))).toContain(taxon.name);
  });

  it('finds names of other languages with and without hyphens, by a part as well', async () => {
    const ways = ['Frühlings-Knollenblätterpilz', 'Frühlingsknollenblätterpilz', 'Knollenblätterpilz'];
    for (const way of ways) expect(names(await search(`q=${encodeURIComponent(way)}`)), way).toContain('Amanita verna');
  });

  it('finds names of every language that there is', () => {
    const { commonNames, table } = service.parts;
    const catalogue = new SpeciesCatalogue(table, commonNames, [], () => []);
    for (const language of commonNames.languages) {
      for (const [taxon, name] of [...commonNames.preferredIn(language)].slice(0, 20)) {
        const { species } = catalogue.page({ q: name, page: 1, pageSize: 10 });
        expect(
          species.map((found) => found.taxon),
          `${name} (${language})`,
        ).toContain(taxon);
      }
    }
  });

  it('finds nothing for nonsense', async () => {
    expect(await search('q=qqqqqqqqxyz')).toMatchObject({ total: 0, species: [] });
  });

  it('is narrowed by verdict, family, genus and month', async () => {
    const { species } = await search('toxicity=deadly&genus=galerina&family=Hymenogastraceae&month=10&pageSize=100');
    expect(species.map(({ taxon }) => taxon)).toContain('Galerina marginata');
    for (const { genus, toxicity } of species) expect([genus, toxicity]).toEqual(['Galerina', 'deadly']);
  });

  it('counts the families to choose from, over everything else that is asked for', async () => {
    const deadly = await search('toxicity=deadly');
    const families = new Map(deadly.facets.families.map(({ family, count }) => [family, count]));
    expect(families.get('Amanitaceae')).toBe((await search('toxicity=deadly&family=Amanitaceae')).total);
    expect([...families.keys()]).toEqual([...families.keys()].toSorted());
    expect((await search('toxicity=deadly&family=Amanitaceae')).facets).toEqual(deadly.facets);
  });

  it('takes several verdicts', async () => {
    const [deadly, poisonous, both] = await Promise.all(
      ['toxicity=deadly', 'toxicity=poisonous', 'toxicity=deadly&toxicity=poisonous'].map(search),
    );
    expect(both!.total).toBe(deadly!.total + poisonous!.total);
  });

  it('counts the months of a season that wraps the year', async () => {
    const wrapping = service.parts.table.taxa.find(({ season }) => season && season.from > season.to)!;
    const { from, to } = wrapping.season!;
    const inMonth = async (month: number) =>
      names(await search(`q=${encodeURIComponent(wrapping.name)}&month=${month}`)).includes(wrapping.name);
    expect(await inMonth(from)).toBe(true);
    expect(await inMonth(to)).toBe(true);
    expect(await inMonth(to + 1)).toBe(false);
  });

  it.each(['page=0', 'pageSize=101', 'month=13', 'toxicity=edible', 'toxicity=safe', 'page=x'])(
    'refuses %s',
    async (query) => {
      const response = await supertest(service.app).get(`/api/v1/species?${query}`);
      expect(response.body).toMatchObject({ code: 'invalid_query', status: 400 });
      expect(response.body.errors[0].field).toMatch(/^[a-zA-Z]+/);
    },
  );

  it('never says of any taxon that it is edible or safe', async () => {
    for (const { slug } of service.parts.table.taxa) {
      const { body } = await supertest(service.app).get(`/api/v1/species/${slug}`);
      expect(VERDICTS).toContain(body.toxicity);
      expect(`${body.toxicity} ${body.note}`).not.toMatch(/\b(edible|safe)\b/i);
    }
  }, 60_000);
});

describe('a species', () => {
  it('has its facts, their sources, and its look-alikes with their verdicts', async () => {
    const { body } = await supertest(service.app).get('/api/v1/species/amanita-muscaria');
    const facts = speciesDetailSchema.parse(body);
    expect(facts).toMatchObject({ taxon: 'Amanita muscaria', toxicity: 'poisonous', knownToModel: true });
    expect(facts.sources.length).toBeGreaterThan(0);
    expect(facts.lookalikes).toContainEqual({
      taxon: 'Amanita caesarea',
      slug: 'amanita-caesarea',
      commonName: expect.any(String),
      toxicity: expect.stringMatching(/^(caution|not_known_poisonous)$/),
    });
  });

  it('that the model has no class for says so', async () => {
    const known = new Set(
      service.parts.served.bundle.labels.flatMap((label) => ('taxon' in label ? [label.taxon] : [])),
    );
    const unknown = service.parts.table.taxa.find(({ name, rank }) => rank === 'species' && !known.has(name))!;
    const { body } = await supertest(service.app).get(`/api/v1/species/${unknown.slug}`);
    expect(body.knownToModel).toBe(false);
  });

  it('is found by a name that it had before', async () => {
    const { table } = service.parts;
    const taxon = table.taxa.find(({ synonyms }) => synonyms.length > 0)!;
    const old = taxon.synonyms[0]!.toLowerCase().replaceAll(' ', '-');
    const response = await supertest(service.app).get(`/api/v1/species/${old}`);
    expect(response.status).toBe(301);
    expect(response.headers.location).toBe(`/api/v1/species/${taxon.slug}`);
  });

  it.each(['no-such-mushroom', '..%2f..%2fetc', 'constructor'])('called %s is not found', async (slug) => {
    const response = await supertest(service.app).get(`/api/v1/species/${slug}`);
    expect(response.body).toMatchObject({ code: 'species_not_found', status: 404 });
  });
});

describe('the common names', () => {
  const namesIn = (language: string) => supertest(service.app).get(`/api/v1/common-names/${language}`);

  it('of a language come all at once, the one to show of each taxon', async () => {
    const german = commonNamesSchema.parse((await namesIn('de')).body);
    expect(german.language).toBe('de');
    expect(german.names['Amanita muscaria']).toBe('Fliegenpilz');
    expect(german.names['Amanita bisporigera']).toBeUndefined();
    expect((await namesIn('en')).body.names['Amanita muscaria']).toBe('Fly Agaric');
  });

  it.each(['nl', 'constructor', 'de-AT', '..%2fen'])('of "%s" are not there', async (language) => {
    expect((await namesIn(language)).body).toMatchObject({ code: 'not_found', status: 404 });
  });

  it('of a species are on it, beside the English one', async () => {
    const { body } = await supertest(service.app).get('/api/v1/species/amanita-muscaria');
    expect(body.commonName).toBe('Fly Agaric');
    expect(body.names).toContainEqual({ language: 'de', name: 'Fliegenpilz', preferred: true });
  });
});

describe('a licensed photo', () => {
  it('comes with author, licence and source, and can be kept for ever', async () => {
    const { body } = await supertest(service.app).get('/api/v1/species/amanita-muscaria');
    const [photo] = body.photos;
    expect(photo).toMatchObject({ author: expect.any(String), licence: expect.stringMatching(/^CC/) });
    expect(photo.sourcePage).toMatch(/^https:\/\//);
    const response = await supertest(service.app).get(photo.url);
    expect(response.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': expect.stringContaining('immutable'),
    });
    expect(response.body.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  });

  it('belongs to a taxon of the table and lies where the list says, for every one', async () => {
    const { licensedPhotos, photoDirectory, table } = service.parts;
    for (const { path: location, label } of licensedPhotos) {
      expect(table.find(label), label).toBeDefined();
      expect(existsSync(path.join(photoDirectory, location)), location).toBe(true);
    }
  });

  it.each(['nothing.jpg', '..%2flicensed.csv', '..%2fspecies.csv'])('is all that is served: not %s', async (file) => {
    expect((await supertest(service.app).get(`/api/v1/photos/${file}`)).status).toBe(404);
  });

  it('needs an author, unless it is in the public domain', async () => {
    const csv = await readFile(service.config.LICENSED_PHOTOS, 'utf8');
    const head = csv.split('\n', 1)[0]!;
    const row = (author: string, licence: string) =>
      `${head}\nlicensed/x.jpg,Amanita muscaria,https://a.org/x,${author},${licence}\n`;
    expect(parseLicensedPhotos(row('', 'CC0'))[0]!.author).toBeNull();
    expect(() => parseLicensedPhotos(row('', 'CC BY 4.0'))).toThrow(
      'licensed photos, line 2: author is missing or malformed',
    );
    expect(() => parseLicensedPhotos(row('A', ''))).toThrow('line 2: licence');
  });
});
