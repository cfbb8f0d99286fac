import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { parse } from 'csv-parse/sync';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { filePath, wholeNumber } from '../terminal/options.ts';
import { withProgress } from '../terminal/progress.ts';
import { evaluateGraph } from '../evaluate/evaluate-graph.ts';
import { failuresPage, type Credit } from '../evaluate/known-failures.ts';
import { newestBundle } from '../terminal/newest-bundle.ts';
import { outcomeOf } from '../evaluate/outcome.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

/** The shipped photos' table tells their paths from here. */
const DATA = path.join(MODELS, 'data');

interface FailuresOptions {
  bundle?: string;
  each: number;
  out: string;
}

/** `mushroom failures`. */
export function failuresCommand(): Command {
  return new Command('failures')
    .description(
      'Writes a page with pictures of what a bundle gets wrong among the photos that are shipped with the project.',
    )
    .option('--bundle <path>', 'the bundle (default: the newest mushroom-classifier of models/registry)', filePath)
    .option('--each <n>', 'at most so many pictures of a kind', wholeNumber(), 12)
    .addOption(
      new Option('--out <file>', 'the page')
        .argParser(filePath)
        .default(path.resolve(MODELS, '../docs/known-failures.md'), 'docs/known-failures.md'),
    )
    .action((options: FailuresOptions) => showFailures(options));
}

type Row = Record<'path' | 'label' | 'source_page' | 'author' | 'licence', string>;

async function showFailures({ bundle, each, out }: FailuresOptions): Promise<void> {
  const open = await openBundle(bundle ?? (await newestBundle()));
  const table = parseSpeciesTable(await readFile(path.join(DATA, 'species.csv'), 'utf8'));
  const rows = parse(await readFile(path.join(DATA, 'licensed.csv'), 'utf8'), { columns: true }) as Row[];
  await startBackend('auto');
  const photos = rows.map((row) => ({
    file: path.join(DATA, row.path),
    label: row.label,
    source: 'licensed',
    split: 'field' as const,
    group: null,
  }));
  const evaluated = await withProgress('photos', photos.length, (show) =>
    evaluateGraph(graphFrom(open), open.bundle, photos, DATA, table, show),
  );
  const outcomes = evaluated.map((photo) => outcomeOf(photo, open.bundle, table));
  const credits = new Map<string, Credit>(
    rows.map(({ path: photo, author, licence, source_page: page }) => [photo, { author, licence, page }]),
  );
  const root = `${path.relative(path.dirname(out), DATA).split(path.sep).join('/')}/`;
  await writeFile(out, failuresPage(`${open.bundle.name} ${open.bundle.version}`, outcomes, credits, root, each));
  console.log(`page: ${out}`);
}
