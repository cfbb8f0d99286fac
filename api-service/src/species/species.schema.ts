import { TOXICITIES, VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { z } from 'zod';

export const rankSchema = z.enum(['species', 'genus']);

export const verdictSchema = z.enum(VERDICTS).meta({
  id: 'Verdict',
  description:
    'What may be said of a mushroom. The lowest is `not_known_poisonous`: not known to be poisonous, unverified. None of them says that a mushroom is good to eat.',
});

/** `?x=a&x=b` and `?x=a` alike. */
const repeatable = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).max(TOXICITIES.length).optional(),
  );

export const speciesQuerySchema = z.object({
  q: z.string().trim().max(100).optional().meta({
    description:
      'Latin name, synonym or common name, in any language that there are names in; small typing errors are forgiven.',
    example: 'fly agaric',
  }),
  toxicity: repeatable(verdictSchema).meta({ description: 'Only these verdicts; may be repeated.' }),
  family: z.string().max(100).optional().meta({ example: 'Amanitaceae' }),
  genus: z.string().max(100).optional().meta({ example: 'Amanita' }),
  month: z.coerce.number().int().min(1).max(12).optional().meta({
    description: 'Only taxa found in this month on the northern hemisphere.',
  }),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(24),
});
export type SpeciesQuery = z.infer<typeof speciesQuerySchema>;

export const licensedPhotoSchema = z
  .object({
    url: z.string().meta({ example: '/api/v1/photos/amanita-muscaria-2.jpg' }),
    author: z.string().nullable().meta({ description: 'Null where nobody is named: public domain.' }),
    licence: z.string().meta({ example: 'CC BY-SA 4.0' }),
    sourcePage: z.string(),
  })
  .meta({ id: 'LicensedPhoto' });
export type LicensedPhotoResponse = z.infer<typeof licensedPhotoSchema>;

export const speciesSummarySchema = z
  .object({
    taxon: z.string().meta({ example: 'Amanita muscaria' }),
    slug: z.string().meta({ example: 'amanita-muscaria' }),
    rank: rankSchema,
    commonName: z.string().nullable(),
    genus: z.string(),
    family: z.string(),
    toxicity: verdictSchema,
    knownToModel: z.boolean().meta({ description: 'Whether the served model can name this taxon.' }),
    photo: licensedPhotoSchema.nullable(),
  })
  .meta({ id: 'SpeciesSummary' });
export type SpeciesSummary = z.infer<typeof speciesSummarySchema>;

const commonNameSchema = z.object({
  language: z.string().meta({ description: 'BCP 47.', example: 'de' }),
  name: z.string().meta({ example: 'Fliegenpilz' }),
  preferred: z.boolean().meta({ description: 'The one to show first in its language.' }),
});

export const commonNamesSchema = z
  .object({
    language: z.string(),
    names: z.record(z.string(), z.string()).meta({
      description:
        'The name to show, by scientific name; a taxon that has none is left out. A name says nothing about eating.',
      example: { 'Amanita muscaria': 'Fliegenpilz' },
    }),
  })
  .meta({ id: 'CommonNames' });
export type CommonNamesResponse = z.infer<typeof commonNamesSchema>;

export const speciesPageSchema = z
  .object({
    total: z.int(),
    page: z.int(),
    pageSize: z.int(),
    species: z.array(speciesSummarySchema),
    facets: z
      .object({ families: z.array(z.object({ family: z.string(), count: z.int() })) })
      .meta({ description: 'The families to choose from, with how many taxa of each fit all the rest of the query.' }),
  })
  .meta({ id: 'SpeciesPage' });
export type SpeciesPage = z.infer<typeof speciesPageSchema>;

export const speciesDetailSchema = speciesSummarySchema
  .omit({ photo: true })
  .extend({
    order: z.string(),
    names: z.array(commonNameSchema).meta({ description: 'Common names in other languages than English.' }),
    synonyms: z.array(z.string()),
    toxins: z.array(z.string()),
    syndrome: z.string().nullable(),
    onsetHours: z.string().nullable().meta({ description: 'Hours from meal to first symptoms.', example: '6-24' }),
    lookalikes: z.array(
      z.object({
        taxon: z.string(),
        slug: z.string().nullable().meta({ description: 'Null where the species table has no such taxon.' }),
        commonName: z.string().nullable(),
        toxicity: verdictSchema,
      }),
    ),
    habitat: z.array(z.string()),
    substrate: z.array(z.string()),
    season: z
      .object({ from: z.int(), to: z.int() })
      .nullable()
      .meta({ description: 'Months on the northern hemisphere; `from` > `to` wraps the year.' }),
    regions: z.array(z.string()),
    sources: z.array(z.string()).meta({ description: 'The tables that these facts come from.' }),
    sourcesAgree: z.boolean(),
    note: z.string().nullable(),
    researched: z.boolean().meta({ description: 'False where nobody has looked the facts up yet: do not eat.' }),
    photos: z.array(licensedPhotoSchema),
  })
  .meta({ id: 'Species' });
export type SpeciesDetail = z.infer<typeof speciesDetailSchema>;
