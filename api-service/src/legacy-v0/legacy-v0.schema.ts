import { z } from 'zod';
import { identificationSchema } from '../identifications/identifications.schema.ts';

/** The answer of the course app's `/predict`, beside the whole identification. */
export const predictionSchema = identificationSchema
  .extend({
    prediction_label: z.string().meta({ description: 'The matched taxon; else the decision.' }),
    prediction: z.array(z.number()).meta({ description: 'Scores of the candidates, best first.' }),
    poisonous: z
      .literal(true)
      .nullable()
      .meta({ description: 'True, or null where poison is not known of. Never false: a photo can not rule it out.' }),
  })
  .meta({ id: 'Prediction' });
export type Prediction = z.infer<typeof predictionSchema>;

export const bestModelSchema = z
  .object({
    message: z.string(),
    model_details: z.object({ model_name: z.string(), version: z.string(), created: z.string(), url: z.string() }),
  })
  .meta({ id: 'BestModel' });
export type BestModel = z.infer<typeof bestModelSchema>;
