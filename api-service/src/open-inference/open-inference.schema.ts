import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../problems.ts';

/** Photos, or tensors, that one request may hold. */
export const BATCH_LIMIT = 8;

/** Bytes of a whole request: one photo of the largest size in base64, or a batch of tensors, and some room. */
export const INFER_BYTES = 20 * 1024 * 1024;

/** What the server does beyond the protocol, by Triton's names for it. */
export const EXTENSIONS = ['binary_tensor_data', 'classification'];

/** Parameters that mean something here; others may be sent as well. */
const parametersSchema = <T extends z.ZodRawShape>(known: T) =>
  z.object(known).catchall(z.union([z.string(), z.number(), z.boolean()]));
const bytesBehindJson = z.int().nonnegative().optional();
const shapeSchema = z.array(z.int());

const metadataTensorSchema = z.object({
  name: z.string(),
  datatype: z.enum(['BYTES', 'FP32', 'UINT8']),
  shape: shapeSchema.meta({ description: '-1 is a dimension of any size.' }),
});

export const openInferenceErrorSchema = z
  .object({
    error: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).meta({
      description: 'As in problem details; an addition to the protocol.',
    }),
  })
  .meta({ id: 'OpenInferenceError' });
export type OpenInferenceError = z.infer<typeof openInferenceErrorSchema>;

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
  parameters: parametersSchema({
    binary_data_size: bytesBehindJson.meta({
      description: 'In place of `data`: so many bytes behind the JSON. Numbers are little-endian.',
    }),
  }).optional(),
  data: z.array(z.unknown()).optional().meta({ description: 'Row by row, nested or flat; BYTES as base64.' }),
});

const requestedOutputSchema = z.object({
  name: z.string(),
  parameters: parametersSchema({
    binary_data: z.boolean().optional().meta({ description: 'Behind the JSON of the answer, not in it.' }),
    classification: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'So many best classes as BYTES, each `value:index:label`, in place of the values.' }),
  }).optional(),
});
export type RequestedOutput = z.infer<typeof requestedOutputSchema>;

/** The JSON of a request. */
export const inferMessageSchema = z
  .object({
    id: z.string().max(128).optional(),
    parameters: parametersSchema({
      binary_data_output: z.boolean().optional().meta({ description: '`binary_data` of outputs that do not say.' }),
    }).optional(),
    inputs: z
      .array(inputSchema)
      .length(1)
      .meta({
        description: `One tensor of 1–${BATCH_LIMIT} photos: \`image\`, BYTES [n], each a JPEG, PNG or WebP in base64; or \`pixels\`, UINT8 or FP32 [n, size, size, 3], RGB from 0 to 255.`,
      }),
    outputs: z
      .array(requestedOutputSchema)
      .optional()
      .meta({ description: 'Those wanted of `logits` and `probabilities`; both where not given.' }),
  })
  .meta({ id: 'OpenInferenceRequest' });
type InferMessage = z.infer<typeof inferMessageSchema>;

/** A tensor that came: its values row by row, or their bytes in the binary form. */
export type InputTensor = Omit<InferMessage['inputs'][number], 'data' | 'parameters'> & { data: unknown[] | Buffer };
export type InferRequest = Omit<InferMessage, 'inputs'> & { inputs: InputTensor[] };

export type OutputTensor = { name: string; shape: number[] } & (
  { datatype: 'FP32'; data: number[] } | { datatype: 'BYTES'; data: string[] }
);
export interface InferResponse {
  model_name: string;
  model_version: string;
  id?: string | undefined;
  outputs: OutputTensor[];
}

/** The JSON of an answer. */
export const inferAnswerSchema = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    outputs: z.array(
      z.object({
        name: z.string(),
        shape: shapeSchema,
        datatype: z.enum(['FP32', 'BYTES']),
        parameters: z.object({ binary_data_size: bytesBehindJson }).optional(),
        data: z
          .array(z.union([z.number(), z.string()]))
          .optional()
          .meta({ description: 'Row by row; missing where it is behind the JSON.' }),
      }),
    ),
  })
  .meta({ id: 'OpenInferenceResponse' });
export type InferAnswer = z.infer<typeof inferAnswerSchema>;
