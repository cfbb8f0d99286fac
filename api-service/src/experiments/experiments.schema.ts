import { experimentSchema } from '@mushroom/recognition/bundle/experiment';
import { z } from 'zod';

export const experimentListSchema = z
  .object({ experiments: z.array(experimentSchema).meta({ description: 'Best on `val` first.' }) })
  .meta({ id: 'ExperimentList' });
export type ExperimentList = z.infer<typeof experimentListSchema>;
