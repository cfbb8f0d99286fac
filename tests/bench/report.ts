import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Group, ValuesOf } from '../documents/figures.schema.ts';
import { repository } from '../service-process.ts';
import { machine, recordFigures } from './figures-file.ts';

/** The nearest-rank percentile: a value that was really there; NaN where there is none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** A number for a person to read. */
export const short = (value: number) => (Math.abs(value) < 100 ? value.toFixed(1) : value.toFixed(0));

/** A number as exact as a page states it. */
export const rounded = (value: number) => Number(short(value));

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const padded = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)));
  console.log(line(padded(head)));
  console.log(line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))));
  for (const row of rows) console.log(line(padded(row)));
}

/** What must hold, in words that name the figure that was measured. */
export interface Bound {
  what: string;
  holds: boolean;
}

/**
 * Writes what a command measured to `.build/bench/<name>.json`, prints the bounds, and fails the process where one is
 * missed.
 */
export async function report(name: string, figures: object, bounds: readonly Bound[]): Promise<void> {
  const file = path.join(repository, '.build/bench', `${name}.json`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ machine, ...figures, bounds }, null, 2)}\n`);
  console.log(`\n${machine}`);
  for (const { what, holds } of bounds) console.log(`${holds ? 'held  ' : 'MISSED'} ${what}`);
  console.log(`Figures: ${path.relative(process.cwd(), file)}`);
  if (bounds.some(({ holds }) => !holds)) process.exitCode = 1;
}

/**
 * Reports what a command of `docs/figures.json` measured.
 * @param recorded what goes into that file; false where nothing does.
 */
export async function finish<Name extends Group>(
  group: Name,
  figures: object,
  bounds: readonly Bound[],
  recorded: false | (() => ValuesOf<Name>),
): Promise<void> {
  await report(group, figures, bounds);
  if (!recorded) return;
  // Those that miss a bound, too: pages state what is, and the command fails.
  await recordFigures(group, recorded());
  console.log('Recorded in docs/figures.json.');
}
