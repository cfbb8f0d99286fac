import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const shareSchema = z.number().min(0).max(1).nullable();

/** The mean losses of an epoch of training, in nats a photo. */
const epochLossesSchema = z.object({ epoch: z.number().int(), trainLoss: z.number(), valLoss: z.number() });
export type EpochLosses = z.infer<typeof epochLossesSchema>;

/** What one training run was made from and reached, so that runs can be compared. */
export const experimentSchema = z.object({
  /** Name and version of the bundle that the run wrote. */
  name: z.string(),
  version: z.string(),
  created: z.iso.datetime(),
  backbone: z.string(),
  trainingData: z.object({ sha256: z.string(), photos: z.number().int() }),
  codeRevision: z.string(),
  seed: z.number().int(),
  /** The old word for classes. */
  leaves: z.number().int(),
  headEpochs: z.number().int(),
  /** Epochs of the whole network; 0 where the backbone stayed frozen. */
  fineTuneEpochs: z.number().int(),
  /** Wall time of the run, all sittings together; features that were cached cost nothing again. */
  seconds: z.number(),
  /** How the whole network was trained, pass by pass, and how far it was taken back to the pretrained weights. */
  passes: z.array(z.record(z.string(), z.unknown())).optional(),
  /** How the head was trained on the features of the network as it then was; absent where it is what the last pass left. */
  head: z.record(z.string(), z.unknown()).optional(),
  /** The same of runs of one pass, and whose weights it began with. */
  recipe: z.record(z.string(), z.unknown()).optional(),
  startedFrom: z.string().optional(),
  pretrainedShare: shareSchema.optional(),
  /** Name and version of the bundle whose answers were learnt instead of the labels. */
  teacher: z.string().optional(),
  /** The curves. */
  epochs: z.array(epochLossesSchema).optional(),
  /** Null if the data had no photos of a split; `field` is the old word for test. */
  figures: z.object({
    valTop1: shareSchema,
    valTop3: shareSchema,
    fieldTop1: shareSchema,
    fieldTop3: shareSchema,
    fieldDangerousCalledHarmless: shareSchema,
    fieldCostAPhoto: z.number().nullable(),
  }),
});
export type Experiment = z.infer<typeof experimentSchema>;

/** Every training run that has a record, best on `val` first. */
export const leaderboardSchema = z.object({ experiments: z.array(experimentSchema) });
export type Leaderboard = z.infer<typeof leaderboardSchema>;

/**
 * Reads what `recordExperiment` of the training package wrote.
 * @throws Error naming the file that is missing or is no leaderboard.
 */
export async function readLeaderboard(file: string): Promise<Leaderboard> {
  try {
    return leaderboardSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file} is no leaderboard: ${(error as Error).message}`, { cause: error });
  }
}
