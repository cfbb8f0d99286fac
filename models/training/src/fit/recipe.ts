import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FINE_TUNE_DEFAULTS, type FineTuneOptions } from './fine-tune.ts';
import { HEAD_DEFAULTS, type HeadOptions } from './head.ts';

const share = z.number().min(0).max(1);

/** What a pass of a recipe may say beside its epochs; what it leaves out is as in `FINE_TUNE_DEFAULTS`. */
const passSchema = z
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
    teacherShare: share,
    startPretrainedShare: share,
    previousShare: share,
  })
  .partial()
  .extend({ epochs: z.int().min(1) });

/** What a recipe may say of the head; what it leaves out is as in `HEAD_DEFAULTS`. */
const headSchema = z
  .strictObject({
    epochs: z.int().min(1),
    batchSize: z.int().min(2),
    learningRate: z.number().positive(),
    weightDecay: z.number().min(0),
    balance: share,
  })
  .partial();

const recipeSchema = z
  .strictObject({ passes: z.array(passSchema).default([]), head: headSchema.optional() })
  .refine(({ passes, head }) => passes.length > 0 || head, 'neither passes nor a head');

/** One run of fine-tuning after another. */
export interface Pass extends Omit<FineTuneOptions, 'seed'> {
  /** How far the weights that the pass before left are taken back to the pretrained ones first. */
  startPretrainedShare?: number;
  /**
   * How much of the weights, the head's included, that the pass before left there is in those that this pass leaves. The
   * mean of networks of one descent is often better than each (model soups: Wortsman et al. 2022, arXiv:2203.05482).
   */
  previousShare?: number;
}

export interface Recipe {
  /** None: the backbone stays as it is. */
  passes: Pass[];
  /**
   * How the head is trained once the backbone is what it will be. Where it is not given and there are passes, the head
   * is what the last pass left: that one has seen mixed, cropped and silenced photos only, and knows less than a linear
   * head can (the representation and the classifier are best trained apart: Kang et al. 2020, arXiv:1910.09217).
   */
  head?: Omit<HeadOptions, 'seed'>;
}

/**
 * How to train, pass by pass, from a JSON file.
 * @throws Error naming the file and what is wrong in it.
 */
export async function readRecipe(file: string): Promise<Recipe> {
  try {
    const { passes, head } = recipeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return {
      passes: passes.map((pass) => ({ ...FINE_TUNE_DEFAULTS, ...pass }) as Pass),
      ...(head && { head: { ...HEAD_DEFAULTS, ...head } as Omit<HeadOptions, 'seed'> }),
    };
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`${file} is no recipe: ${reason}`, { cause: error });
  }
}
