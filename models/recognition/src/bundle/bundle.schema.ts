import { z } from 'zod';

/** One output of the classifier: a class. */
export const labelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('species'), taxon: z.string(), genus: z.string(), family: z.string() }),
  /** "Another species of this genus": one that has too few photos for a class of its own. */
  z.object({ kind: z.literal('other_in_genus'), genus: z.string(), family: z.string() }),
  z.object({ kind: z.literal('not_a_mushroom') }),
]);
export type Label = z.infer<typeof labelSchema>;

/** How photo pixels become the model's input; read by the one preprocessing function. */
export const inputSpecSchema = z.object({
  /** Pixels a side; the input is `[n, size, size, 3]` float32, RGB, 0…255 (scaling is part of the graph). */
  size: z.number().int().positive(),
  /** `stretch`: the whole photo squeezed into the square; `crop`: the central square of it. */
  fit: z.enum(['stretch', 'crop']),
});
export type InputSpec = z.infer<typeof inputSpecSchema>;

/**
 * What an answer may cost, in units of "a harmless mushroom called dangerous". The verdict is the one with the
 * least expected cost.
 */
export const costMatrixSchema = z.object({
  dangerousCalledHarmless: z.number().positive(),
  harmlessCalledDangerous: z.number().positive(),
  /** Saying "unknown, do not eat" of a dangerous mushroom, and of a harmless one. */
  dangerousCalledUnknown: z.number().nonnegative(),
  harmlessCalledUnknown: z.number().nonnegative(),
  /** Within the dangerous, or within the harmless: naming a milder class than the true one, and a worse one. */
  understated: z.number().positive(),
  overstated: z.number().positive(),
});
export type CostMatrix = z.infer<typeof costMatrixSchema>;

export const thresholdsSchema = z.object({
  /** Below this mass on mushrooms the answer is "not a mushroom". */
  mushroom: z.number().min(0).max(1),
  /** A species is named from this calibrated score up; below it the genus is tried. */
  species: z.number().min(0).max(1),
  /** A genus is named from this summed score up; below it the answer is "uncertain". */
  genus: z.number().min(0).max(1),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** Files of a bundle, by path inside it. */
export const bundleFilesSchema = z.record(
  z.string(),
  z.object({ bytes: z.number().int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
);

/** Of a bundle that has the network of an earlier version, written again: which one, and what is new. */
export const repackedSchema = z.object({ from: z.string(), changes: z.array(z.string()) });

export const bundleSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string().regex(/^[1-9]\d*$/),
  created: z.iso.datetime(),
  input: inputSpecSchema,
  /** What the network computes with; float32 where not given. */
  arithmetic: z.enum(['float32', 'int8']).optional(),
  /** Node names of the graph. */
  signature: z.object({ input: z.string(), logits: z.string(), features: z.string() }),
  labels: z.array(labelSchema).min(2),
  /** Divides the logits before the softmax (Guo et al. 2017, arXiv:1706.04599). */
  temperature: z.number().positive(),
  /** The same where the mass on dangerous taxa is summed, which has its own; `temperature` where it is absent. */
  riskTemperature: z.number().positive().optional(),
  thresholds: thresholdsSchema,
  costs: costMatrixSchema,
  provenance: z.object({
    backbone: z.string(),
    trainingData: z.object({
      /** Of paths and labels. */
      sha256: z.string(),
      /** Of the photos' files; absent in bundles of before this was known. */
      contentSha256: z.string().optional(),
      photos: z.number().int(),
      labels: z.number().int(),
    }),
    codeRevision: z.string(),
    seed: z.number().int(),
  }),
  repacked: repackedSchema.optional(),
  /** Every other file of the bundle. */
  files: bundleFilesSchema,
});
export type Bundle = z.infer<typeof bundleSchema>;

/** `golden.json`: inputs with the outputs that a backend must give for them before it may serve. */
export const goldenSchema = z.object({
  /** Largest difference of a softmax score that counts as agreement. */
  tolerance: z.number().positive(),
  cases: z.array(
    z.object({
      name: z.string(),
      /** `size × size × 3` bytes of RGB, base64. */
      rgb: z.string(),
      /** Softmax of the logits at temperature 1, in label order. */
      scores: z.array(z.number()),
    }),
  ),
});
export type Golden = z.infer<typeof goldenSchema>;
