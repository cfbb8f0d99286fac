import { z } from 'zod';

/** Photos, or tensors, that one request may hold. */
export const BATCH_LIMIT = 8;

/** Bytes of a whole request: one photo of the largest size in base64, or a batch of tensors, and some room. */
export const INFER_BYTES = 20 * 1024 * 1024;

const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const shapeSchema = z.array(z.int());

const metadataTensorSchema = z.object({
  name: z.string(),
  datatype: z.enum(['BYTES', 'FP32', 'UINT8']),
  shape: shapeSchema.meta({ description: '-1 is a dimension of any size.' }),
});

export const openInferenceErrorSchema = z.object({ error: z.string() }).meta({ id: 'OpenInferenceError' });

export const serverMetadataSchema = z
  .object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ id: 'OpenInferenceServer' });
export type ServerMetadata = z.infer<typeof serverMetadataSchema>;

export const serverLiveSchema = z.object({ live: z.boolean() });
export type ServerLive = z.infer<typeof serverLiveSchema>;
/** The protocol's text calls the field `live`, its OpenAPI description and its servers `ready`: both are given. */
export const serverReadySchema = z.object({ ready: z.boolean(), live: z.boolean() });
export type ServerReady = z.infer<typeof serverReadySchema>;
export const modelReadySchema = z.object({ name: z.string(), ready: z.boolean() });
export type ModelReady = z.infer<typeof modelReadySchema>;

export const modelMetadataSchema = z
  .object({
    name: z.string().meta({ example: 'mushroom-classifier' }),
    versions: z.array(z.string()).meta({ description: 'Versions that are loaded.' }),
    platform: z.string().meta({ example: 'tensorflow_graphdef' }),
    inputs: z.array(metadataTensorSchema).meta({ description: 'One of these is sent.' }),
    outputs: z.array(metadataTensorSchema),
  })
  .meta({ id: 'OpenInferenceModel' });
export type ModelMetadata = z.infer<typeof modelMetadataSchema>;

const inputSchema = z.object({
  name: z.string().meta({ example: 'image' }),
  shape: z
    .array(z.int().nonnegative())
    .min(1)
    .max(8)
    .meta({ example: [1] }),
  datatype: z.string().meta({ example: 'BYTES' }),
  parameters: parametersSchema.optional(),
  data: z.array(z.unknown()).meta({ description: 'Row by row, nested or flat; BYTES as base64.' }),
});

export const inferRequestSchema = z
  .object({
    id: z.string().max(128).optional(),
    parameters: parametersSchema.optional(),
    inputs: z
      .array(inputSchema)
      .length(1)
      .meta({
        description: `One tensor of 1–${BATCH_LIMIT} photos: \`image\`, BYTES [n], each a JPEG, PNG or WebP in base64; or \`pixels\`, UINT8 or FP32 [n, size, size, 3], RGB from 0 to 255.`,
      }),
    outputs: z
      .array(z.object({ name: z.string(), parameters: parametersSchema.optional() }))
      .optional()
      .meta({ description: 'Those wanted of `logits` and `probabilities`; both where not given.' }),
  })
  .meta({ id: 'OpenInferenceRequest' });
export type InferRequest = z.infer<typeof inferRequestSchema>;

export const inferResponseSchema = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    outputs: z.array(
      z.object({ name: z.string(), shape: shapeSchema, datatype: z.literal('FP32'), data: z.array(z.number()) }),
    ),
  })
  .meta({ id: 'OpenInferenceResponse' });
export type InferResponse = z.infer<typeof inferResponseSchema>;
