import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom } from '@mushroom/recognition/bundle/bundle-reader';
import { readCsv } from '../data/read-csv.ts';
import { readPhotos } from '../data/read-photos.ts';
import { requireWritable } from '../data/write-whole.ts';
import { bundleOption, pathOption, wholeNumber } from '../terminal/options.ts';
import { SHIPPED_PHOTOS } from '../terminal/places.ts';
import { evaluateGraph } from '../evaluate/evaluate-graph.ts';
import { failuresPage } from '../evaluate/known-failures.ts';
import { openGivenBundle } from '../terminal/newest-bundle.ts';
import { outcomeOf } from '../evaluate/outcome.ts';

/** The shipped photos' table tells their paths from here. */
const DATA = path.dirname(SHIPPED_PHOTOS);

/** `mushroom failures`. */
export const failuresCommand = () =>
  new Command('failures')
    .description(
      'Writes a page with pictures of what a bundle gets wrong among the photos that are shipped with the project.',
    )
    .addOption(bundleOption())
    .option('--each <n>', 'at most so many pictures of a kind', wholeNumber(), 12)
    .addOption(pathOption('--out <file>', 'the page', '../docs/known-failures.md', 'docs/known-failures.md'))
    .action(async ({ bundle, each, out }) => {
      requireWritable(path.dirname(out));
      const open = await openGivenBundle(bundle);
      const rows = await readCsv<'path' | 'label' | 'source_page' | 'author' | 'licence'>(SHIPPED_PHOTOS);
      await startBackend('auto');
      const { photos: read, table } = await readPhotos(SHIPPED_PHOTOS);
      const photos = read.map((photo) => ({ ...photo, split: 'field' as const }));
      const evaluated = await evaluateGraph(graphFrom(open), open.bundle, photos, DATA, table);
      const outcomes = evaluated.map((photo) => outcomeOf(photo, open.bundle, table));
      const credits = new Map(rows.map(({ source_page: page, ...row }) => [row.path, { ...row, page }]));
      const root = `${path.relative(path.dirname(out), DATA).split(path.sep).join('/')}/`;
      await writeFile(out, failuresPage(`${open.bundle.name} ${open.bundle.version}`, outcomes, credits, root, each));
      console.log(`page: ${out}`);
    });
