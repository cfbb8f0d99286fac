import { writeFile } from 'node:fs/promises';
import type { Split } from './manifest.ts';
import { readCsv } from './read-csv.ts';

export const FINDINGS = [
  'probably_mislabelled',
  'shows_no_mushroom',
  'label_conflict',
  'duplicate_of_evaluation',
  'reference_copies_training',
] as const;
export type Finding = (typeof FINDINGS)[number];

/** One photo that looked wrong and what was decided of it: a line of the reviewable file. */
export interface CleaningDecision {
  /** Path from the data's root. */
  path: string;
  label: string;
  finding: Finding;
  /** What it looks like instead, or which photo it repeats. */
  instead: string;
  /** How sure the finding is, 0 … 1. */
  score: number;
  decision: 'drop' | 'keep';
}

const COLUMNS = ['path', 'label', 'finding', 'instead', 'score', 'decision'] as const;
type Column = (typeof COLUMNS)[number];

const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export async function writeDecisions(file: string, decisions: readonly CleaningDecision[]): Promise<void> {
  const lines = decisions.map((decision) =>
    COLUMNS.map((column) => quoted(column === 'score' ? decision.score.toFixed(3) : String(decision[column]))).join(
      ',',
    ),
  );
  await writeFile(file, `${[COLUMNS.join(','), ...lines].join('\n')}\n`);
}

/**
 * Reads decisions, as found or as a reviewer changed them.
 * @throws Error naming the line where a finding or a decision is none.
 */
export async function readDecisions(file: string): Promise<CleaningDecision[]> {
  return (await readCsv<Column>(file)).map((row, index) => {
    const finding = FINDINGS.find((known) => known === row.finding);
    const decision = row.decision === 'drop' || row.decision === 'keep' ? row.decision : undefined;
    if (!row.path || !row.label || !finding || !decision) {
      throw new Error(`${file}, line ${index + 2}: path, label, a finding, and drop or keep are needed`);
    }
    return {
      path: row.path,
      label: row.label,
      finding,
      instead: row.instead ?? '',
      score: Number(row.score),
      decision,
    };
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
