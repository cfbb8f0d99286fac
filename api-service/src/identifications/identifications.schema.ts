import { REASONS, VIEWS } from '@mushroom/recognition/decision/identification';
import { z } from 'zod';
import { rankSchema, verdictSchema } from '../species/species.schema.ts';

const viewSchema = z.enum(VIEWS);

/** A form sends one value as text, several as a list, and an untouched input as an empty text. */
const asList = (value: unknown) =>
  value === undefined ? undefined : (Array.isArray(value) ? value : [value]).filter((item) => item !== '');
const unlessEmpty = (value: unknown) => (value === '' ? undefined : value);

/** The fields beside the photos. */
export const identificationContextSchema = z.object({
  views: z
    .preprocess(asList, z.array(viewSchema).max(VIEWS.length).optional())
    .meta({ description: 'What the photos show; as `views[]` or as repeated `views`.' }),
  habitat: z.preprocess(unlessEmpty, z.string().trim().max(100).optional()).meta({
    description: 'Where it grew, in a few words. It is accepted but does not change the answer.',
    example: 'conifer woodland',
  }),
  month: z.preprocess(unlessEmpty, z.coerce.number().int().min(1).max(12).optional()).meta({
    description: 'Month in which it was found. It is accepted but does not change the answer.',
  }),
});
/** Which version of the model is to answer, and what beside the answer is wanted. */
export const identificationQuerySchema = z.object({
  model: z
    .string()
    .max(32)
    .optional()
    .meta({ description: 'A version of the model, or a label such as `canary`; `stable` where not given.' }),
  explain: z
    .enum(['0', '1'])
    .default('0')
    .meta({ description: '`1` adds to each photo where in it the model looked.' }),
  outline: z.enum(['0', '1']).default('0').meta({
    description: '`1` adds to each photo where in it the specimen is, by a model of its own.',
  }),
});

export type IdentificationContext = z.infer<typeof identificationContextSchema>;

const scoreSchema = z.number().min(0).max(1);

const matchSchema = z.object({
  taxon: z.string().meta({ example: 'Amanita muscaria' }),
  rank: rankSchema,
  commonName: z.string().nullable().meta({ example: 'Fly agaric' }),
  score: scoreSchema.meta({ description: 'Calibrated probability that this is right at its rank.' }),
});

const shareOfSide = z.number().min(0).max(1);

const photoExplanationSchema = z
  .object({
    picture: z.string().startsWith('data:image/png;base64,').meta({
      description:
        'A small PNG as a data URL, of the photo’s shape, to be laid over the photo and stretched to its size: clear where most of the score of the first name comes from, dark where least of it does.',
    }),
    peak: z.object({ x: shareOfSide, y: shareOfSide }).nullable().meta({
      description:
        'The place that counted most, as shares of the upright photo’s width and height from its upper left corner; null where every place counted the same.',
    }),
  })
  .meta({ id: 'PhotoExplanation' });
export type PhotoExplanation = z.infer<typeof photoExplanationSchema>;

const photoOutlineSchema = z
  .object({
    points: z
      .array(z.tuple([shareOfSide, shareOfSide]))
      .min(3)
      .meta({
        description:
          'A polygon around the specimen: x and y of its corners, as shares of the upright photo’s width and height from its upper left corner.',
      }),
    share: shareOfSide.meta({ description: 'Area within it, as a share of the photo’s.' }),
  })
  .meta({ id: 'PhotoOutline' });

export const identificationSchema = z
  .object({
    id: z.uuid(),
    model: z.object({ name: z.string(), version: z.string() }),
    decision: z.enum(['identified', 'uncertain', 'not_a_mushroom']),
    reason: z.enum(REASONS).optional().meta({ description: 'Only where the decision is not `identified`.' }),
    match: matchSchema.optional().meta({ description: 'Only where the decision is `identified`.' }),
    toxicity: z.object({
      verdict: verdictSchema,
      risk: scoreSchema.meta({ description: 'Probability that the specimen is of a poisonous or deadlier taxon.' }),
      toxins: z.array(z.string()),
      advice: z.string(),
    }),
    candidates: z
      .array(matchSchema.extend({ toxicity: verdictSchema }))
      .max(5)
      .meta({ description: 'The best five, best first. Scores sum to at most 1.' }),
    lookalikes: z
      .array(z.object({ taxon: z.string(), commonName: z.string().nullable(), toxicity: verdictSchema }))
      .meta({ description: 'Dangerous mushrooms that this one is confused with, most dangerous first.' }),
    nextViews: z.array(viewSchema).meta({ description: 'Views that would make the answer surer, most useful first.' }),
    photos: z
      .array(
        z.object({
          score: scoreSchema,
          mushroom: scoreSchema,
          missingRows: shareOfSide.optional().meta({
            description:
              'Only where a JPEG ended early: the share of its rows that are missing at the bottom of the stored picture, 0.05 at most. The answer is about the others.',
          }),
          explanation: photoExplanationSchema.optional().meta({ description: 'Only with `explain=1`.' }),
          outline: photoOutlineSchema
            .nullable()
            .optional()
            .meta({ description: 'Only with `outline=1`; null where nothing stands out.' }),
        }),
      )
      .meta({ description: 'One entry a photo, in the order sent.' }),
    timings: z.object({ decodeMs: z.number(), queueMs: z.number(), inferMs: z.number() }),
  })
  .meta({ id: 'Identification' });
export type IdentificationResponse = z.infer<typeof identificationSchema>;
