import type { AnswerFigures, Lead } from './answer-figures.ts';
import type { Proportion } from './proportion.ts';
import type { Difference } from './series-bootstrap.ts';

/** What a row of the table is of: `lead` is null where there is nothing to compare it with. */
export interface AnswerRow {
  name: string;
  figures: AnswerFigures;
  lead: Lead | null;
}

const percent = ({ share }: Proportion) => (share === null ? '–' : (100 * share).toFixed(1));
const decimal = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));

function range(difference: Difference | null | undefined, scale: number, digits: number): string {
  if (!difference) return '–';
  const [mean, from, to] = [difference.mean, ...difference.interval].map((value) => (scale * value!).toFixed(digits));
  return `${mean} (${from} to ${to})`;
}

const COLUMNS: readonly (readonly [string, (row: AnswerRow) => string])[] = [
  ['top-1 %', ({ figures }) => percent(figures.top1)],
  ['top-3 %', ({ figures }) => percent(figures.top3)],
  ['genus %', ({ figures }) => percent(figures.genus)],
  ['NLL', ({ figures }) => decimal(figures.nll, 3)],
  ['ECE', ({ figures }) => decimal(figures.ece, 3)],
  ['named %', ({ figures }) => percent(figures.named)],
  ['species right %', ({ figures }) => percent(figures.rightSpecies)],
  ['genus right %', ({ figures }) => percent(figures.rightGenus)],
  ['dangerous called harmless %', ({ figures: { dangerousCalledHarmless } }) => percent(dangerousCalledHarmless)],
  ['harmless called harmless %', ({ figures: { harmlessCalledHarmless } }) => percent(harmlessCalledHarmless)],
  ['cost', ({ figures }) => decimal(figures.cost, 2)],
  ['Δ top-1, points', ({ lead }) => range(lead?.top1, 100, 1)],
  ['Δ NLL', ({ lead }) => range(lead?.nll, 1, 3)],
];

/** Rows of cells as a table in Markdown, which reads well enough in a terminal. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, 3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** @param title over the names of the rows. */
export function answerTable(title: string, rows: readonly AnswerRow[]): string {
  return markdownTable(
    [title, ...COLUMNS.map(([name]) => name)],
    rows.map((row) => [row.name, ...COLUMNS.map(([, show]) => show(row))]),
  );
}

/** Top-1 in % of each row by some key: the number of photos, for one. */
export function top1Table(
  title: string,
  keys: readonly string[],
  rows: readonly { name: string; by: Readonly<Record<string, AnswerFigures>> }[],
): string {
  return markdownTable(
    [title, ...keys],
    rows.map(({ name, by }) => [name, ...keys.map((key) => percent(by[key]!.top1))]),
  );
}
