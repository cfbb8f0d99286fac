import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FINE_TUNE_DEFAULTS, type FineTuneOptions } from './fine-tune.ts';

const share = z.number().min(0).max(1);

/** What a recipe file may say; what it leaves out is as in the first pass. */
const recipeSchema = z
  .strictObject({
    batchSize: z.int().min(2),
    trainSize: z.int().min(32).max(512),
    frozenShare: share,
    backboneRate: z.number().positive(),
    headRate: z.number().positive(),
    warmUpSteps: z.int().min(0),
    weightDecay: z.number().min(0),
    labelSmoothing: share,
    featureDropout: z.number().min(0).max(0.9),
    mixChance: share,
    averageDecay: share,
    balance: share,
    augment: z.strictObject({ minArea: share, colour: share }),
    /** Where a run starts from another's weights: how far these are taken back to the pretrained ones first. */
    startPretrainedShare: share,
  })
  .partial();

export type Recipe = Omit<FineTuneOptions, 'epochs' | 'seed'> & { startPretrainedShare?: number };

/**
 * How to fine-tune, from a JSON file; the defaults where none is named.
 * @throws Error naming the file and what is wrong in it.
 */
export async function readRecipe(file: string | undefined): Promise<Recipe> {
  if (file === undefined) return FINE_TUNE_DEFAULTS;
  try {
    const given = recipeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return { ...FINE_TUNE_DEFAULTS, ...given } as Recipe;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`${file} is no recipe: ${reason}`, { cause: error });
  }
}
