import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import type { SpeciesDetail, SpeciesSummary } from '@mushroom/api-service/species/species.schema';

/** What the service says of a fly agaric; specs change what they are about. */
export const flyAgaricAnswer: IdentificationResponse = {
  id: '6f1f5f5e-0f8e-4d8a-9f9e-0c0d0e0f0a0b',
  model: { name: 'mushroom-classifier', version: '7' },
  decision: 'identified',
  match: { taxon: 'Amanita muscaria', rank: 'species', commonName: 'Fly Agaric', score: 0.93 },
  toxicity: {
    verdict: 'poisonous',
    risk: 0.97,
    toxins: ['ibotenic acid', 'muscimol'],
    advice: 'Do not eat it. If anyone has eaten any of it, call poison help now.',
  },
  candidates: [
    { taxon: 'Amanita muscaria', rank: 'species', commonName: 'Fly Agaric', score: 0.93, toxicity: 'poisonous' },
    { taxon: 'Amanita caesarea', rank: 'species', commonName: 'Caesar’s Mushroom', score: 0.03, toxicity: 'caution' },
  ],
  lookalikes: [{ taxon: 'Amanita phalloides', commonName: 'Death Cap', toxicity: 'deadly' }],
  nextViews: ['gills', 'stem_base'],
  photos: [{ score: 0.93, mushroom: 0.99 }],
  timings: { decodeMs: 10, queueMs: 0, inferMs: 80 },
};

export const deathCapSummary: SpeciesSummary = {
  taxon: 'Amanita phalloides',
  slug: 'amanita-phalloides',
  rank: 'species',
  commonName: 'Death Cap',
  genus: 'Amanita',
  family: 'Amanitaceae',
  toxicity: 'deadly',
  knownToModel: true,
  photo: {
    url: '/api/v1/photos/amanita-phalloides-1.jpg',
    author: 'Archenzo',
    licence: 'CC BY-SA 3.0',
    sourcePage: 'https://commons.example/death-cap',
  },
};

const { photo, ...summary } = deathCapSummary;

export const deathCap: SpeciesDetail = {
  ...summary,
  order: 'Agaricales',
  names: [
    { language: 'de', name: 'Grüner Knollenblätterpilz', preferred: true },
    { language: 'de', name: 'Grüner Giftwulstling', preferred: false },
    { language: 'fr', name: 'Amanite phalloïde', preferred: true },
  ],
  synonyms: [],
  toxins: ['alpha-amanitin'],
  syndrome: 'amatoxin hepatotoxicity',
  onsetHours: '6-24',
  lookalikes: [
    {
      taxon: 'Agaricus campestris',
      slug: 'agaricus-campestris',
      commonName: 'Field Mushroom',
      toxicity: 'not_known_poisonous',
    },
  ],
  habitat: ['broadleaf woodland', 'oak'],
  substrate: ['soil'],
  season: { from: 7, to: 11 },
  regions: ['Europe'],
  sources: ['wikipedia', 'first_nature'],
  sourcesAgree: true,
  note: null,
  researched: true,
  photos: photo ? [photo] : [],
};
