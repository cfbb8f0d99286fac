import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

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
  const rows = parse(await readFile(file, 'utf8'), { columns: true, skip_empty_lines: true }) as Record<
    string,
    string
  >[];
  return rows.map((row, index) => {
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

/** Only what says that a photo is there twice: all that may leave photos out of what is judged or tuned on. */
export function copiesOnly(decisions: readonly CleaningDecision[]): CleaningDecision[] {
  return decisions.filter(({ finding }) => COPIES.includes(finding));
}

/** The paths, from the data's root, of the photos to leave out of training. */
export function droppedPaths(decisions: readonly CleaningDecision[]): ReadonlySet<string> {
  return new Set(decisions.filter(({ decision }) => decision === 'drop').map((decision) => decision.path));
}
