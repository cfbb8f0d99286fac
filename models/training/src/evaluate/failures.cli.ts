import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { invocationPath } from '../terminal/invocation-path.ts';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { withProgress } from '../terminal/progress.ts';
import { evaluateBundle } from './evaluate-bundle.ts';
import { failuresPage, type Credit } from './known-failures.ts';
import { newestBundle } from '../terminal/newest-bundle.ts';
import { outcomeOf } from './outcome.ts';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

const HELP = `Writes a page with pictures of what a bundle gets wrong among the photos that are shipped with the project.

  npm run failures -w models -- [options]

  --bundle PATH  (default: the newest mushroom-classifier of models/registry)
  --each N       at most so many pictures of a kind (default: 12)
  --out FILE     (default: docs/known-failures.md)
`;

const { values } = parseArgs({
  options: {
    bundle: { type: 'string' },
    each: { type: 'string', default: '12' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

type Row = Record<'path' | 'label' | 'source_page' | 'author' | 'licence', string>;

async function showFailures(): Promise<void> {
  const each = Number(values.each);
  if (!Number.isInteger(each) || each < 1) throw new Error('--each takes a whole number from 1');
  const out = values.out ? invocationPath(values.out) : path.resolve(MODELS, '../docs/known-failures.md');
  const open = await openBundle(values.bundle ? invocationPath(values.bundle) : await newestBundle());
  const table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
  const rows = parse(await readFile(path.join(MODELS, 'data/licensed.csv'), 'utf8'), { columns: true }) as Row[];
  await startBackend('auto');
  const photos = rows.map((row) => ({
    file: path.join(MODELS, row.path),
    label: row.label,
    source: 'licensed',
    split: 'field' as const,
    group: null,
  }));
  const evaluated = await withProgress('photos', photos.length, (show) =>
    evaluateBundle(open, photos, MODELS, table, show),
  );
  const outcomes = evaluated.map((photo) => outcomeOf(photo, open.bundle, table));
  const credits = new Map<string, Credit>(
    rows.map(({ path: photo, author, licence, source_page: page }) => [photo, { author, licence, page }]),
  );
  const root = `${path.relative(path.dirname(out), MODELS).split(path.sep).join('/')}/`;
  await writeFile(out, failuresPage(`${open.bundle.name} ${open.bundle.version}`, outcomes, credits, root, each));
  console.log(`page: ${out}`);
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('failures', showFailures);
}
