import { labelNameSchema, labelsSchema, versionSchema } from '@mushroom/recognition/registry/labels.schema';
import { z } from 'zod';
import { BACKENDS } from '../inference/backends.ts';
import { REFUSAL_REASONS } from '../models/refusals.ts';

/** What of a served model an operator sees. */
export const modelStatusSchema = z.object({
  name: z.string(),
  /** Whether the configuration, and not labels.json, says which version is stable. */
  pinned: z.boolean(),
  /** Labels as they are followed. */
  labels: labelsSchema,
  /** The version that was stable before, where it is still loaded. */
  previous: versionSchema.nullable(),
  loaded: z.array(
    z.object({
      version: versionSchema,
      labels: z.array(z.string()),
      state: z.enum(['starting', 'ready', 'recovering', 'failed', 'stopped']),
      backend: z.enum(BACKENDS).nullable(),
      workers: z.object({ ready: z.int(), total: z.int(), restarts: z.int() }),
      /** Requests that it is answering. */
      requests: z.int(),
    }),
  ),
  /** What of the registry is not followed, and why; a version is tried again when one of its files changes. */
  refused: z.array(
    z.object({
      subject: z.string(),
      reason: z.enum(REFUSAL_REASONS),
      message: z.string(),
      since: z.iso.datetime(),
    }),
  ),
});
export type ModelStatus = z.infer<typeof modelStatusSchema>;

const hasFormerName = (body: unknown): body is { label: unknown } =>
  typeof body === 'object' && body !== null && 'label' in body && !('alias' in body);

/** `label` is what `alias` was called; it is still taken for one release. */
export const aliasMoveSchema = z.preprocess(
  (body) => {
    if (!hasFormerName(body)) return body;
    const { label, ...others } = body;
    return { alias: label, ...others };
  },
  z.strictObject({
    alias: labelNameSchema,
    /** Null takes the alias away. */
    version: versionSchema.nullable(),
  }),
);
