import { z } from 'zod';

export const versionSchema = z.string().regex(/^[1-9]\d{0,8}$/);
export const labelNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);

/** `labels.json` of a model: which version a name such as `stable` or `canary` stands for. */
export const labelsSchema = z.record(labelNameSchema, versionSchema);
export type Labels = z.infer<typeof labelsSchema>;
