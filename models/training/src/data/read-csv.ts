import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { DISK, type DataFiles } from './data-files.ts';
import { MODELS } from '../terminal/places.ts';

/**
 * The rows of a CSV file by the names of its columns.
 * @throws Error naming the file that can't be read or is no CSV.
 */
export async function readCsv<Column extends string>(
  file: string,
  read: DataFiles['read'] = DISK.read,
): Promise<Record<Column, string>[]> {
  const text = await read(file);
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true, relax_quotes: true });
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** The table of species that everything here is judged by. */
export async function readSpecies(): Promise<SpeciesTable> {
  return parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
}
