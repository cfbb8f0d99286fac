import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { invocationPath } from '../dataset/invocation-path.ts';
import { answerFigures, leadOf, type AnswerFigures, type Lead } from './answer-figures.ts';
import { answerTable, top1Table, type AnswerRow } from './answer-table.ts';
import { aloneOutcomes, fitExponent, fusedOutcomes } from './fusion.ts';
import { POOLS, sharpened, type Pool } from './fusion-pools.ts';
import { DRAWS, drawSpecimens, type Draw, type Specimen } from './fusion-specimens.ts';
import { JUDGED_SETS, judgedPhotos, type JudgedPhotos, type JudgedSet } from './judged-photos.ts';
import type { Outcome } from './outcome.ts';
import { runCommand } from '../terminal/command.ts';

const BUILD = fileURLToPath(new URL('../../build/', import.meta.url));

const HELP = `Compares ways of fusing several photos of one specimen. The specimens are simulated: two to five photos of one
species from one source. What is fitted is fitted on val and on the held-out reference photos; field only reports.

  npm run fusion -w models -- --data PATH [options]

  --data PATH     labelled photos, shapes as in training
  --bundle PATH   (default: the newest mushroom-classifier of models/registry)
  --out FILE      the figures as JSON (default: models/build/fusion-<version>.json)
`;

const SIZES = [2, 3, 4, 5];
const TUNED_ON = ['val', 'shift'] as const;
const DRAWING = { rounds: 2, seed: 1 };
/** What the others are compared with. */
const SERVED = 'geometric mean';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    bundle: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

interface Row extends AnswerRow {
  /** By the number of photos. */
  by: Record<string, AnswerFigures>;
}

/** The pools as they are, the product, and the pools sharpened by what was fitted. */
function candidatesOf(exponents: Readonly<Record<string, number>>): Record<string, Pool> {
  const candidates: Record<string, Pool> = { ...POOLS, product: sharpened(POOLS['geometric mean']!, 1) };
  for (const [name, exponent] of Object.entries(exponents)) {
    if (exponent > 0) candidates[`${name}, k^${exponent}`] = sharpened(POOLS[name]!, exponent);
  }
  return candidates;
}

function rowsOf(specimens: readonly Specimen[], exponents: Record<string, number>, judged: JudgedPhotos): Row[] {
  const { bundle, table } = judged;
  const rowOf = (name: string, outcomes: readonly Outcome[], sizes: readonly number[], lead: Lead | null): Row => {
    const ofSize = (size: number) => outcomes.filter((_, index) => sizes[index] === size);
    return {
      name,
      figures: answerFigures(outcomes, bundle, table),
      by: Object.fromEntries(SIZES.map((size) => [`${size} photos`, answerFigures(ofSize(size), bundle, table)])),
      lead,
    };
  };
  const sizes = specimens.map((photos) => photos.length);
  const served = fusedOutcomes(specimens, POOLS[SERVED]!, bundle, table);
  const fused = Object.entries(candidatesOf(exponents)).map(([name, pool]) => {
    const outcomes = name === SERVED ? served : fusedOutcomes(specimens, pool, bundle, table);
    return rowOf(name, outcomes, sizes, name === SERVED ? null : leadOf(outcomes, served, bundle));
  });
  const alone = aloneOutcomes(specimens, bundle, table);
  const aloneSizes = sizes.flatMap((size) => Array<number>(size).fill(size));
  return [rowOf('each photo alone', alone, aloneSizes, null), ...fused];
}

async function compare(): Promise<void> {
  if (!values.data) throw new Error('--data is needed');
  const judged = await judgedPhotos(invocationPath(values.data), values.bundle && invocationPath(values.bundle));
  const specimensOf = (set: JudgedSet, draw: Draw) =>
    SIZES.flatMap((size) => drawSpecimens(judged.sets[set], size, draw, DRAWING));
  const exponentsOf = (set: JudgedSet, draw: Draw) => {
    const specimens = specimensOf(set, draw);
    return Object.fromEntries(
      Object.entries(POOLS).map(([name, pool]) => [name, fitExponent(specimens, pool, judged.bundle)]),
    );
  };
  const exponents = Object.fromEntries(
    TUNED_ON.flatMap((set) => DRAWS.map((draw) => [`${set}, ${draw}`, exponentsOf(set, draw)])),
  );
  console.log('exponents fitted on:', exponents);

  const sets = JUDGED_SETS.filter((set) => judged.sets[set].length > 0);
  const results = sets.flatMap((set) =>
    DRAWS.map((draw) => {
      const specimens = specimensOf(set, draw);
      // The cautious fit of val: a person's photos of one specimen are no independent witnesses.
      const rows = rowsOf(specimens, exponents['val, repeated']!, judged);
      console.log(`\n${set}, photos ${draw}: ${specimens.length} specimens\n`);
      console.log(answerTable('fused by', rows));
      console.log(`\n${top1Table('top-1 % of', Object.keys(rows[0]!.by), rows)}`);
      return { set, draw, specimens: specimens.length, rows };
    }),
  );
  const out = values.out ? invocationPath(values.out) : path.join(BUILD, `fusion-${judged.bundle.version}.json`);
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify({ bundle: judged.bundle.version, exponents, results }, null, 1)}\n`);
  console.log(`\nfigures: ${out}`);
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('fusion', compare);
}
