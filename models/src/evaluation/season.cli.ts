import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { invocationPath } from '../dataset/invocation-path.ts';
import { answerFigures, leadOf } from './answer-figures.ts';
import { answerTable, type AnswerRow } from './answer-table.ts';
import { JUDGED_SETS, judgedPhotos } from './judged-photos.ts';
import type { Outcome } from './outcome.ts';
import {
  ASKED,
  fitFactor,
  neverMilder,
  outcomesOf,
  sayFinds,
  SCENARIOS,
  weighedPhotos,
  type Scenario,
} from './season.ts';
import { runCommand } from '../terminal/command.ts';

const BUILD = fileURLToPath(new URL('../../build/', import.meta.url));

const HELP = `Measures what the month and the habitat of a find would be worth as a prior over the species. They are drawn from the
species table, since the photos carry neither. The factors are fitted on val, where four of five are right; field only reports.

  npm run season -w models -- --data PATH [options]

  --data PATH     labelled photos, shapes as in training
  --bundle PATH   (default: the newest mushroom-classifier of models/registry)
  --out FILE      the figures as JSON (default: models/build/season-<version>.json)
`;

const SAYING = { times: 2, seed: 1 };

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    bundle: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function measure(): Promise<void> {
  if (!values.data) throw new Error('--data is needed');
  const { bundle, table, sets } = await judgedPhotos(
    invocationPath(values.data),
    values.bundle && invocationPath(values.bundle),
  );
  const mixed = sayFinds(sets.val, 'mixed', table, SAYING);
  const weights = {
    outOfSeason: fitFactor(mixed, 'month', bundle, table),
    outOfHabitat: fitFactor(mixed, 'habitat', bundle, table),
  };
  console.log('factors fitted on val:', weights);

  const results = JUDGED_SETS.filter((set) => sets[set].length > 0).map((set) => {
    // Every scenario says something of the same photos in the same order.
    const saidIn = (scenario: Scenario) => sayFinds(sets[set], scenario, table, SAYING);
    const alone = saidIn('right').map(({ photo }) => photo);
    const without = outcomesOf(alone, bundle, table);
    const rowOf = (name: string, outcomes: readonly Outcome[]): AnswerRow => ({
      name,
      figures: answerFigures(outcomes, bundle, table),
      lead: leadOf(outcomes, without, bundle),
    });
    const rows = SCENARIOS.flatMap((scenario) => {
      const said = saidIn(scenario);
      const outcomes = ASKED.map((what) =>
        outcomesOf(weighedPhotos(said, what, weights, bundle, table), bundle, table),
      );
      return [
        ...ASKED.map((what, index) => rowOf(`${scenario}: ${what}`, outcomes[index]!)),
        rowOf(`${scenario}: ${ASKED.at(-1)}, verdict never milder`, neverMilder(outcomes.at(-1)!, without)),
      ];
    });
    rows.unshift({ ...rowOf('nothing said', without), lead: null });
    console.log(`\n${set}\n\n${answerTable('said', rows)}`);
    return { set, rows };
  });
  const out = values.out ? invocationPath(values.out) : path.join(BUILD, `season-${bundle.version}.json`);
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify({ bundle: bundle.version, weights, results }, null, 1)}\n`);
  console.log(`\nfigures: ${out}`);
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('season', measure);
}
