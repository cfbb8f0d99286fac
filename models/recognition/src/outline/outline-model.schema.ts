import { z } from 'zod';
import { bundleFilesSchema, bundleSchema } from '../bundle/bundle.schema.ts';

const iouSchema = z.number().min(0).max(1);

/** How well outlines fit the masks of photos that the decoder did not learn from. */
export const outlineEvaluationSchema = z.object({
  /** Photos whose masks are right: all that counts. */
  photos: z.number().int().nonnegative(),
  meanIou: iouSchema,
  /** Percentile bootstrap over groups of near-duplicates, 95 %. */
  interval: z.tuple([iouSchema, iouSchema]),
  medianIou: iouSchema,
  /** Photos by IoU: below 0.1, below 0.2, … */
  histogram: z.array(z.number().int().nonnegative()).length(10),
});
export type OutlineEvaluation = z.infer<typeof outlineEvaluationSchema>;

/**
 * `outline.json`, written last: what draws outlines, as `bundle.json` is to what names mushrooms. It has another name
 * because it is no classifier: whoever lists the models that can be served looks for `bundle.json`.
 */
export const outlineBundleSchema = z.object({
  ...bundleSchema.pick({
    schemaVersion: true,
    name: true,
    version: true,
    created: true,
    input: true,
    arithmetic: true,
    repacked: true,
  }).shape,
  /** Node names of the graph. */
  signature: z.object({ input: z.string(), mask: z.string() }),
  /** The mask has so many cells a side: `[n, side, side, 1]` logits. */
  side: z.number().int().positive(),
  /** A cell belongs to the specimen from this logit up. */
  threshold: z.number(),
  evaluation: outlineEvaluationSchema,
  provenance: z.object({
    backbone: z.string(),
    /** `photos`: those with a right mask, which it learnt from. */
    trainingData: z.object({ sha256: z.string(), photos: z.number().int() }),
    codeRevision: z.string(),
    seed: z.number().int(),
  }),
  files: bundleFilesSchema,
});
export type OutlineBundle = z.infer<typeof outlineBundleSchema>;
