// Holds the served answers to all licensed photos against those that were written down: a change that is to change no
// answer changes none. `npm run verify:answers`; `-- --write` writes them down again, after a change that is to.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { licensedPhotoNames } from '../e2e/device-agreement.ts';
import { licensedPhoto } from '../licensed-photo.ts';
import { startService } from '../service-process.ts';

const WRITTEN = path.join(import.meta.dirname, 'licensed-answers.json');
const MODELS = ['mushroom-classifier', 'mushroom-student'];
/** Sums of float32 differ in their last bits from processor to processor. */
const TOLERANCE = 1e-3;

interface WrittenAnswer {
  decision: string;
  match: string;
  verdict: string;
  /** Of the match, the risk, and the five candidates in their order. */
  scores: number[];
}

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

const rounded = (score: number) => Number(score.toFixed(5));

function writtenOf({ decision, match, toxicity, candidates }: IdentificationResponse): WrittenAnswer {
  return {
    decision,
    match: match ? `${match.rank} ${match.taxon}` : '',
    verdict: toxicity.verdict,
    scores: [match?.score ?? 0, toxicity.risk, ...candidates.map(({ score }) => score)].map(rounded),
  };
}

async function answersOf(model: string): Promise<Record<string, WrittenAnswer>> {
  const service = await startService({
    MODEL_NAME: model,
    INFERENCE_BACKEND: 'wasm',
    RATE_LIMIT: '0',
    LOG_LEVEL: 'error',
  });
  const answers: Record<string, WrittenAnswer> = {};
  try {
    const names = await licensedPhotoNames();
    for (const name of names) {
      const form = new FormData();
      form.append('image', new Blob([await readFile(licensedPhoto(name))], { type: 'image/jpeg' }), name);
      const response = await fetch(`${service.url}/api/v1/identifications`, { method: 'POST', body: form });
      if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
      answers[name] = writtenOf((await response.json()) as IdentificationResponse);
      const done = Object.keys(answers).length;
      if (done % 50 === 0) console.log(`${model}: ${done} of ${names.length} photos`);
    }
  } finally {
    await service.stop();
  }
  return answers;
}

function differences(before: WrittenAnswer | undefined, now: WrittenAnswer): string[] {
  if (!before) return ['is new'];
  const changed = (['decision', 'match', 'verdict'] as const).filter((key) => before[key] !== now[key]);
  const far = Math.max(...now.scores.map((score, place) => Math.abs(score - (before.scores[place] ?? Infinity))));
  return [
    ...changed.map((key) => `${key} was "${before[key]}", is "${now[key]}"`),
    ...(now.scores.length === before.scores.length && far <= TOLERANCE ? [] : [`a score differs by ${far}`]),
  ];
}

const answers: Record<string, Record<string, WrittenAnswer>> = {};
for (const model of MODELS) answers[model] = await answersOf(model);
if (values.write) {
  await writeFile(WRITTEN, `${JSON.stringify(answers, null, 1)}\n`);
  console.log(`answers: ${WRITTEN}`);
} else {
  const before = JSON.parse(await readFile(WRITTEN, 'utf8')) as typeof answers;
  let equal = 0;
  for (const [model, ofModel] of Object.entries(answers)) {
    for (const [name, answer] of Object.entries(ofModel)) {
      const different = differences(before[model]?.[name], answer);
      if (different.length === 0) equal++;
      for (const difference of different) console.log(`${model}, ${name}: ${difference}`);
    }
  }
  const all = Object.values(before).reduce((sum, ofModel) => sum + Object.keys(ofModel).length, 0);
  console.log(`${equal} of ${all} answers are as they were written down.`);
  if (equal !== all) process.exitCode = 1;
}
