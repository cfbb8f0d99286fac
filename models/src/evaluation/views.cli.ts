import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBackend } from '../bundle/backend.ts';
import { openBundle } from '../bundle/bundle-reader.ts';
import { invocationPath } from '../dataset/invocation-path.ts';
import { readManifest } from '../dataset/manifest.ts';
import { parseSpeciesTable } from '../taxonomy/species-table.ts';
import { withProgress } from '../terminal/progress.ts';
import { markdownTable } from './answer-table.ts';
import { cachedLogits } from './cached-logits.ts';
import { fitTemperature, meanNegativeLogLikelihood } from './calibration.ts';
import { withInterval } from './figure-rows.ts';
import { figuresOf } from './figures.ts';
import { newestBundle } from './newest-bundle.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { readPhotoViews, VIEWS } from './photo-views.ts';
import type { Difference } from './series-bootstrap.ts';
import {
  discordanceWithinSpecies,
  leadWithinSpecies,
  pairsWithinSpecies,
  specimensNeeded,
  temperatureGain,
} from './view-figures.ts';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../', import.meta.url));

const HELP = `Measures whether it matters what a photo shows of a mushroom (gills, the base of the stem, the cap from above), on the
photos that are shipped with the project.

  npm run views -w models -- [options]

  --bundle PATH  (default: the newest mushroom-classifier of models/registry)
  --views FILE   what each photo shows (default: models/licensed-views.csv)
`;

const { values } = parseArgs({
  options: {
    bundle: { type: 'string' },
    views: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const points = (share: number) => (100 * share).toFixed(1);

function range({ mean, interval: [from, to] }: Difference, show: (value: number) => string): string {
  return `${show(mean)} (${show(from)} to ${show(to)})`;
}

async function measureViews(): Promise<void> {
  const file = values.views ? invocationPath(values.views) : path.join(MODELS, 'licensed-views.csv');
  const views = new Map((await readPhotoViews(file)).map((view) => [view.path, view]));
  const open = await openBundle(values.bundle ? invocationPath(values.bundle) : await newestBundle());
  const { bundle } = open;
  const table = parseSpeciesTable(await readFile(path.join(MODELS, 'species.csv'), 'utf8'));
  const manifest = await readManifest(path.join(MODELS, 'licensed.csv'));
  const photos = manifest.photos.flatMap((photo) => {
    const view = views.get(path.relative(manifest.root, photo.file));
    return view && view.copyOf === null ? [{ ...photo, split: 'field' as const }] : [];
  });
  console.log(`bundle: ${bundle.name} ${bundle.version}, backend: ${await startBackend('auto')}`);
  console.log(`${photos.length} photos; ${views.size - photos.length} that are copies are left out`);

  const cache = path.join(MODELS, 'build/logits');
  const evaluated = await withProgress('photos', photos.length, (show) =>
    cachedLogits(open, photos, manifest.root, table, cache, show),
  );
  const outcomes = evaluated.map((photo) => outcomeOf(photo, bundle, table));
  const viewOf = (photo: { path: string }) => views.get(photo.path)!;

  const withStem = outcomes.filter(({ photo }) => viewOf(photo).view !== 'other');
  const rows: [string, Outcome[]][] = [
    ['all', outcomes],
    ...VIEWS.map((view): [string, Outcome[]] => [view, outcomes.filter(({ photo }) => viewOf(photo).view === view)]),
    ['any, base of the stem open', withStem.filter(({ photo }) => viewOf(photo).stemBase)],
    ['any, base of the stem hidden', withStem.filter(({ photo }) => !viewOf(photo).stemBase)],
  ];
  const head = [
    'view',
    'photos',
    'top-1, known species',
    'top-3, known species',
    'genus, known genera',
    'loss',
    'temperature',
  ];
  console.log();
  console.log(
    markdownTable(
      head,
      rows.map(([name, own]) => {
        const { top1, top3, genus } = figuresOf(own, bundle.costs, table);
        const ofRow = own.map(({ photo }) => photo);
        const loss = meanNegativeLogLikelihood(ofRow, bundle.temperature).toFixed(2);
        const fitted = fitTemperature(ofRow).toFixed(2);
        return [name, String(own.length), ...[top1, top3, genus].map(withInterval), loss, fitted];
      }),
    ),
  );

  const kinds: [string, (outcome: Outcome) => boolean][] = [
    ['underside', ({ photo }) => viewOf(photo).view === 'underside'],
    ['base of the stem', ({ photo }) => viewOf(photo).stemBase],
    ['cap from above', ({ photo }) => viewOf(photo).view === 'above'],
  ];
  console.log('\nTop-1 of photos that show it less top-1 of those of the same species that do not, points');
  for (const [name, isOfKind] of kinds) {
    const found = leadWithinSpecies(withStem, isOfKind);
    console.log(`${name}: ${found ? `${range(found.lead, points)}, ${found.species} species` : 'no species has both'}`);
  }
  console.log(
    '\nTwo photos of one species, fused: top-1 in % where one of them shows it, where both or none do, and the lead',
  );
  for (const [name, isOfKind] of kinds) {
    const found = pairsWithinSpecies(withStem, isOfKind, bundle);
    const shares = found && [found.mixed, found.alike].map(points).join(', ');
    console.log(
      `${name}: ${found ? `${shares}; ${range(found.lead, points)}, ${found.species} species` : 'no species has both'}`,
    );
  }

  const gain = temperatureGain(evaluated, (photo) => viewOf(photo).view);
  const byBase = temperatureGain(evaluated, (photo) => String(viewOf(photo).stemBase));
  console.log('\nA temperature for each view in place of one for all, nats a photo (cross-validated over species)');
  for (const [name, found] of [['view', gain] as const, ['base of the stem', byBase] as const]) {
    console.log(`${name}: ${found ? range(found, (value) => value.toFixed(3)) : 'no photo has a leaf'}`);
  }

  const discordant = discordanceWithinSpecies(withStem, kinds[0]![1]);
  console.log(
    `\nOf two photos of a species, one of its underside, only one is right in ${points(discordant)} %. To see a difference ` +
      `of 10 points takes ${specimensNeeded(discordant, 0.1)} specimens with both, of 5 points ${specimensNeeded(discordant, 0.05)}.`,
  );
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('views', measureViews);
}
