import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Split } from './manifest.ts';
import { writeWhole } from './write-whole.ts';
import { readCsv } from './read-csv.ts';

/** One photo that looked wrong and what was decided of it: a line of the reviewable file. */
const decisionSchema = z.object({
  /** Path from the data's root. */
  path: z.string().min(1),
  label: z.string().min(1),
  finding: z.enum([
    'probably_mislabelled',
    'shows_no_mushroom',
    'label_conflict',
    'duplicate_of_evaluation',
    'reference_copies_training',
  ]),
  /** What it looks like instead, or which photo it repeats. */
  instead: z.string().default(''),
  /** How sure the finding is, 0 … 1. */
  score: z.coerce.number(),
  decision: z.enum(['drop', 'keep']),
});
export type CleaningDecision = z.infer<typeof decisionSchema>;
export type Finding = CleaningDecision['finding'];

export async function writeDecisions(file: string, decisions: readonly CleaningDecision[]): Promise<void> {
  const rows = decisions.map((decision) => ({ ...decision, score: decision.score.toFixed(3) }));
  await writeWhole(file, stringify(rows, { header: true, columns: Object.keys(decisionSchema.shape) }));
}

/**
 * Reads decisions, as found or as a reviewer changed them.
 * @throws Error naming the line where a finding or a decision is none.
 */
export async function readDecisions(file: string): Promise<CleaningDecision[]> {
  return (await readCsv(file)).map((row, index) => {
    const decision = decisionSchema.safeParse(row);
    if (decision.success) return decision.data;
    throw new Error(`${file}, line ${index + 2}: path, label, a finding, and drop or keep are needed`);
  });
}

const COPIES: readonly Finding[] = ['label_conflict', 'duplicate_of_evaluation', 'reference_copies_training'];

/**
 * What cleaning leaves of the splits: `train` loses everything that is dropped. `tune` loses only what is there twice, for
 * what is tuned on should be as hard as it came. What is judged by loses nothing.
 *
 * @returns whether a photo stays; its path is from the data's root.
 */
export function staysAfter(decisions: readonly CleaningDecision[]): (photo: { path: string; split: Split }) => boolean {
  const dropped = decisions.filter(({ decision }) => decision === 'drop');
  const gone: Partial<Record<Split, ReadonlySet<string>>> = {
    train: new Set(dropped.map((one) => one.path)),
    tune: new Set(dropped.filter(({ finding }) => COPIES.includes(finding)).map((one) => one.path)),
  };
  return ({ path, split }) => !gone[split]?.has(path);
}
