import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { MODELS } from '../terminal/places.ts';

/** The rows of a CSV file by the names of its columns. */
export async function readCsv<Column extends string>(file: string): Promise<Record<Column, string>[]> {
  return parse(await readFile(file, 'utf8'), { columns: true, bom: true, skip_empty_lines: true, trim: true });
}

/** The table of species that everything here is judged by. */
export async function readSpecies(): Promise<SpeciesTable> {
  return parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
}
