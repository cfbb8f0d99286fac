import { bundleSchema } from '@mushroom/recognition/bundle/bundle.schema';
import { z } from 'zod';

const residence = {
  served: z.boolean().meta({ description: 'Answers where a request asks for no version.' }),
  loaded: z.boolean().meta({ description: 'Answers where a request asks for it.' }),
  versionLabels: z.array(z.string()).meta({ description: 'Names that it goes by, such as `stable` and `canary`.' }),
};

export const modelListSchema = z
  .object({
    models: z.array(
      z.object({
        name: z.string().meta({ example: 'mushroom-classifier' }),
        versions: z.array(z.object({ version: z.string(), url: z.string(), ...residence })),
      }),
    ),
  })
  .meta({ id: 'ModelList' });
export type ModelList = z.infer<typeof modelListSchema>;

export const modelVersionSchema = bundleSchema
  .pick({
    name: true,
    version: true,
    created: true,
    input: true,
    labels: true,
    temperature: true,
    thresholds: true,
    costs: true,
    provenance: true,
    files: true,
  })
  .extend({
    ...residence,
    evaluation: z
      .unknown()
      .meta({ description: 'evaluation.json of the bundle, as it is; null where the bundle has none.' }),
    modelCard: z.string().nullable().meta({ description: 'The model card, Markdown.' }),
    plots: z.array(z.object({ name: z.string(), url: z.string() })),
  })
  .meta({ id: 'ModelVersion' });
export type ModelVersion = z.infer<typeof modelVersionSchema>;
