import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const whole = z.int().min(1);

/** One run of fine-tuning. What is not given is as in a first pass over the whole network: small photos, high rates, mixing. */
const passSchema = z.strictObject({
  batchSize: z.int().min(2).default(32),
  /**
   * Pixels a side while training. Random crops magnify what they show, so a smaller side than the one served
   * matches better and costs less (FixRes: Touvron et al. 2019, arXiv:1906.06423).
   */
  trainSize: z.int().min(32).max(512).default(160),
  /** Share of the backbone's layers, from the input up, that stays as it was. */
  frozenShare: share.default(0.12),
  backboneRate: z.number().positive().default(4e-4),
  headRate: z.number().positive().default(2e-3),
  warmUpSteps: z.int().min(0).default(150),
  weightDecay: z.number().min(0).default(0.02),
  labelSmoothing: share.default(0.1),
  /** Chance that a feature is silenced before the head (Srivastava et al. 2014, JMLR 15). */
  featureDropout: z.number().min(0).max(0.9).default(0),
  /** Chance that a batch is blended by mixup or CutMix, half each. */
  mixChance: share.default(0.3),
  /** Decay a step of the moving average of the weights, which is what is kept (Polyak & Juditsky 1992). */
  averageDecay: share.default(0.998),
  /** Photos of a label with n photos are drawn n^-balance times as often as evenly; 0 is the natural share. */
  balance: share.default(0.3),
  augment: z.strictObject({ minArea: share, colour: share }).default({ minArea: 0.3, colour: 0.3 }),
  /** Weight of a teacher's answers in the loss, beside that of the labels. */
  teacherShare: share.optional(),
  /** How far the weights that the pass before left are taken back to the pretrained ones first. */
  startPretrainedShare: share.optional(),
  /**
   * How much of the weights, the head's included, that the pass before left there is in those that this pass leaves. The
   * mean of networks of one descent is often better than each (model soups: Wortsman et al. 2022, arXiv:2203.05482).
   */
  previousShare: share.optional(),
  epochs: whole,
});
export type Pass = z.infer<typeof passSchema>;
export type FineTuneOptions = Omit<Pass, 'startPretrainedShare' | 'previousShare'> & { seed: number };

/** A pass of which only the epochs are given. */
export const passOf = (epochs: number): Pass => passSchema.parse({ epochs });

/** How a head is trained on features that do not change. */
const headSchema = z.strictObject({
  epochs: whole.default(30),
  batchSize: z.int().min(2).default(256),
  learningRate: z.number().positive().default(5e-3),
  /** Decoupled from the gradient, per step and learning rate (AdamW: Loshchilov & Hutter 2019, arXiv:1711.05101). */
  weightDecay: z.number().min(0).default(0.5),
  /**
   * A photo of a label with n photos weighs n^-balance, on average 1; 0 where it is not given: all weigh the same. One
   * that may be of most classes is of no label, common or rare, and weighs 1.
   */
  balance: share.optional(),
});
export type HeadOptions = z.infer<typeof headSchema> & { seed: number };
export const HEAD_DEFAULTS = headSchema.parse({});

const recipeSchema = z
  .strictObject({
    /** None: the backbone stays as it is. */
    passes: z.array(passSchema).default([]),
    /**
     * How the head is trained once the backbone is what it will be. Where it is not given and there are passes, the head
     * is what the last pass left: that one has seen mixed, cropped and silenced photos only, and knows less than a linear
     * head can (the representation and the classifier are best trained apart: Kang et al. 2020, arXiv:1910.09217).
     */
    head: headSchema.optional(),
  })
  .refine(({ passes, head }) => passes.length > 0 || head, 'neither passes nor a head');
export type Recipe = z.infer<typeof recipeSchema>;

/**
 * How to train, pass by pass, from a JSON file.
 * @throws Error naming the file and what is wrong in it.
 */
export async function readRecipe(file: string): Promise<Recipe> {
  try {
    return recipeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`${file} is no recipe: ${reason}`, { cause: error });
  }
}
