import { z } from 'zod';
import { costMatrixSchema, thresholdsSchema } from './bundle.schema.ts';
import { proportionSchema } from './proportion.ts';

/** How verdicts do, over the photos whose label is a species: of the pipeline, or of the arg-max baseline. */
export const verdictFiguresSchema = z.object({
  /** Of all photos of deadly, poisonous or psychoactive species: verdict caution, inedible or not_known_poisonous. */
  dangerousCalledHarmless: proportionSchema,
  dangerousCalledHarmlessByClass: z.object({
    deadly: proportionSchema,
    poisonous: proportionSchema,
    psychoactive: proportionSchema,
  }),
  /** Of the same photos: verdict dangerous, and verdict unknown. */
  dangerousCalledDangerous: proportionSchema,
  dangerousCalledUnknown: proportionSchema,
  /** Of photos of species that are known to be harmless: verdict neither dangerous nor unknown. */
  harmlessCalledHarmless: proportionSchema,
  harmlessCalledDangerous: proportionSchema,
  /** In units of "a harmless mushroom called dangerous"; null without photos. */
  costAPhoto: z.number().nonnegative().nullable(),
});
export type VerdictFigures = z.infer<typeof verdictFiguresSchema>;

export const figuresSchema = z.object({
  photos: z.object({
    total: z.number().int(),
    mushrooms: z.number().int(),
    /** Mushrooms whose label is a species; the others are labelled with a genus. */
    ofSpecies: z.number().int(),
    /** Of these, the ones whose species has a class of its own, and the ones whose species has none. */
    ofKnownSpecies: z.number().int(),
    ofUnseenSpecies: z.number().int(),
    negatives: z.number().int(),
  }),
  /** Over photos of known species; all classes compete. */
  top1: proportionSchema,
  top3: proportionSchema,
  /** Over mushrooms of a genus that has a class: the genus with the greatest summed score. */
  genus: proportionSchema,
  /** Over all mushrooms: what `decide` answers. They add up to 1. */
  decisions: z.object({
    species: proportionSchema,
    genus: proportionSchema,
    uncertain: proportionSchema,
    notAMushroom: proportionSchema,
  }),
  /** Of the mushrooms that were named at a rank: right at that rank. At species, of those labelled with a species. */
  rightWhenNamed: z.object({ species: proportionSchema, genus: proportionSchema }),
  /** Over photos of known species; absent in evaluations made before these were counted. */
  knownSpecies: z
    .object({
      genus: proportionSchema,
      /** Named, at whichever rank. */
      identified: proportionSchema,
      /** Of those: right at the rank that was claimed. */
      rightWhenIdentified: proportionSchema,
    })
    .optional(),
  verdicts: z.object({ pipeline: verdictFiguresSchema, argmax: verdictFiguresSchema }),
  /** Over photos of species without a class. They add up to 1; the first two are what one may hope for. */
  unseenSpecies: z.object({
    abstained: proportionSchema,
    rightGenus: proportionSchema,
    /** Named as a species of the right genus. */
    siblingSpecies: proportionSchema,
    wrongGenus: proportionSchema,
  }),
  /** Photos of no mushroom that are called so. */
  negativesRejected: proportionSchema,
});
export type Figures = z.infer<typeof figuresSchema>;

export const reliabilitySchema = z.object({
  /** Mean distance between score and accuracy, weighted by answers; null without answers. */
  ece: z.number().nullable(),
  /** Equal in width; the empty ones are there too, with null for what they have no mean of. */
  bins: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      count: z.number().int(),
      confidence: z.number().nullable(),
      accuracy: z.number().nullable(),
    }),
  ),
});
export type Reliability = z.infer<typeof reliabilitySchema>;

/** What is answered, and how often that is right, when answers below the threshold are withheld. */
export const abstentionPointSchema = z.object({
  threshold: z.number(),
  coverage: z.number(),
  /** Null where nothing is answered. */
  accuracy: z.number().nullable(),
});
export type AbstentionPoint = z.infer<typeof abstentionPointSchema>;

/** What the pipeline would answer if calling a dangerous mushroom harmless cost something else. */
export const costPointSchema = z.object({
  /** Cost of calling a dangerous mushroom harmless, where the reverse costs 1. */
  dangerousCalledHarmlessCost: z.number().positive(),
  dangerousCalledHarmless: z.number().nullable(),
  harmlessCalledHarmless: z.number().nullable(),
  /** At the costs that are served, not at the point's own. */
  costAPhoto: z.number().nullable(),
});
export type CostPoint = z.infer<typeof costPointSchema>;

export const dangerousSpeciesSchema = z.object({
  taxon: z.string(),
  commonName: z.string().nullable(),
  toxicity: z.enum(['deadly', 'poisonous', 'psychoactive']),
  /** Whether the species has a class of its own. */
  known: z.boolean(),
  top1: proportionSchema,
  /** Verdict dangerous or unknown: the person is told not to eat it. */
  warned: proportionSchema,
});
export type DangerousSpecies = z.infer<typeof dangerousSpeciesSchema>;

export const splitEvaluationSchema = figuresSchema.extend({
  sources: z.record(z.string(), figuresSchema),
  calibration: z.object({
    /** The best species of photos of known species. */
    knownSpecies: reliabilitySchema,
    /** The best species of all photos that are labelled with a species: what a person meets. */
    anySpecies: reliabilitySchema,
    /** The best genus of mushrooms of a genus that has a class. */
    genus: reliabilitySchema,
  }),
  /** The best species over all photos labelled with a species; the best genus over all mushrooms. */
  abstention: z.object({ species: z.array(abstentionPointSchema), genus: z.array(abstentionPointSchema) }),
  /** Absent in evaluations made before it was drawn. */
  costCurve: z.array(costPointSchema).optional(),
  /** Most dangerous first, then by name. */
  dangerousSpecies: z.array(dangerousSpeciesSchema),
  /** The genera with most photos, most first; and how often photos of one are taken for another of them, or for one beyond. */
  genusConfusion: z.object({
    genera: z.array(z.string()),
    pairs: z.array(z.object({ actual: z.string(), predicted: z.string(), count: z.number().int() })),
  }),
});
export type SplitEvaluation = z.infer<typeof splitEvaluationSchema>;

/** How far two models say the same of the same photos. */
export const agreementSchema = z.object({
  /** Photos whose best class is the same with both. */
  sameBest: proportionSchema,
  /** Right best class among the photos of species that have one, by the first model and by the second. */
  top1Before: proportionSchema,
  top1Now: proportionSchema,
});
export type Agreement = z.infer<typeof agreementSchema>;

/** What a bundle was made smaller from, and how much of it is lost. */
export const compressionSchema = z.object({
  /** Name and version of the bundle that has the same weights at full width. */
  from: z.string(),
  /** int8: activations are bytes as well. */
  weights: z.enum(['float32', 'float16', 'uint8', 'int8']),
  /** Graph and weights, as they are and as the service sends them. */
  bytes: z.number().int(),
  compressedBytes: z.number().int(),
  bytesBefore: z.number().int(),
  agreement: z.object({ val: agreementSchema.nullable(), field: agreementSchema.nullable() }),
  /** Other bundles, by their own `evaluation.json`: the teachers, or the same network without one. */
  beside: z.array(
    z.object({
      name: z.string(),
      multiplyAdds: z.number().int(),
      bytes: z.number().int(),
      valTop1: z.number().nullable(),
      fieldTop1: z.number().nullable(),
    }),
  ),
  multiplyAdds: z.number().int(),
});
export type Compression = z.infer<typeof compressionSchema>;

/** Whether the model looked where it says: see `npm run occlusion`. */
export const occlusionFiguresSchema = z.object({
  split: z.enum(['val', 'field']),
  tried: z.number().int(),
  hiddenShare: z.number(),
  randomPlaces: z.number().int(),
  /** Of the photos answered rightly: hiding the hottest region costs more score than hiding others of its shape. */
  hotCostsMore: proportionSchema,
  meanDrop: z.object({ hot: z.number(), random: z.number() }),
});
export type OcclusionFigures = z.infer<typeof occlusionFiguresSchema>;

/** `evaluation.json` of a bundle. */
export const evaluationSchema = z.object({
  schemaVersion: z.literal(1),
  /** How it was measured, for a reader. */
  method: z.string(),
  /** The old word for classes. */
  leaves: z.object({ species: z.number().int(), otherInGenus: z.number().int(), notAMushroom: z.number().int() }),
  temperature: z.number(),
  thresholds: thresholdsSchema,
  costs: costMatrixSchema,
  /** Null if the data has no photos of the split; `field` is the old word for test. */
  splits: z.object({ val: splitEvaluationSchema.nullable(), field: splitEvaluationSchema.nullable() }),
  /** Only of bundles that were made out of another one. */
  compression: compressionSchema.optional(),
  /** Absent until it was measured. */
  occlusion: occlusionFiguresSchema.optional(),
});
export type Evaluation = z.infer<typeof evaluationSchema>;
