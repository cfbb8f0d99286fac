import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDecisions, writeDecisions, type CleaningDecision, type Finding } from '../data/decisions.ts';
import { JUDGED_SPLITS, readManifest, type Split } from '../data/manifest.ts';
import { photosOfSplits } from '../data/splits.ts';
import { readShards } from '../data/shards.ts';
import { readTrainingData } from './training-data.ts';

const PHOTO = fileURLToPath(new URL('../../../data/licensed/amanita-muscaria-1.jpg', import.meta.url));
const SEED = 1;

/** Photos of labels.csv by their split, and reference photos; all show species that the first teach. */
const NAMED: Record<string, Split> = { a: 'train', b: 'train', c: 'val', d: 'field', e: 'val', f: 'train' };
const REFERENCE = ['r1', 'r2', 'r3', 'r4'];
const SPECIES = ['Amanita muscaria', 'Boletus edulis'];

let folder: string;
let cleaning: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tune-'));
  const data = path.join(folder, 'data');
  await mkdir(data);
  for (const name of [...Object.keys(NAMED), ...REFERENCE]) await copyFile(PHOTO, path.join(data, `${name}.jpg`));
  const labelOf = (place: number) => SPECIES[place % SPECIES.length];
  await writeFile(
    path.join(data, 'labels.csv'),
    ['path,label,split', ...Object.entries(NAMED).map(([name, split], i) => `${name}.jpg,${labelOf(i)},${split}`)].join(
      '\n',
    ),
  );
  await writeFile(
    path.join(data, 'reference.csv'),
    ['path,label', ...REFERENCE.map((name, i) => `${name}.jpg,${labelOf(i)}`)].join('\n'),
  );
  const drop = (name: string, finding: Finding): CleaningDecision => ({
    ...{ path: `${name}.jpg`, label: 'Amanita muscaria', finding, instead: '', score: 1, decision: 'drop' },
  });
  cleaning = path.join(folder, 'cleaning.csv');
  await writeDecisions(cleaning, [
    drop('b', 'probably_mislabelled'),
    drop('r1', 'probably_mislabelled'),
    drop('r2', 'reference_copies_training'),
    drop('c', 'probably_mislabelled'),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

const names = (photos: readonly { path?: string; file?: string }[]) =>
  photos.map(({ path: from, file }) => path.basename(from ?? file!, '.jpg')).sort();

describe('the photos to tune on', () => {
  it('are the same for training, in the shards, and for who calibrates again; and nobody is judged by them', async () => {
    const data = path.join(folder, 'data');
    const training = await readTrainingData({
      data,
      cleaning,
      cache: path.join(folder, 'cache'),
      seed: SEED,
      minPhotos: 1,
    });
    const manifest = await readManifest(data);
    expect(training.space.labels).toHaveLength(2);
    const decisions = await readDecisions(cleaning);
    const recalibration = photosOfSplits(manifest, ['tune'], { seed: SEED, decisions });
    const evaluation = photosOfSplits(manifest, JUDGED_SPLITS, { seed: SEED });

    // A copy goes; one that only looks mislabelled stays as hard as it is.
    expect(names(training.tune)).toEqual(['r1', 'r3', 'r4']);
    expect(names(recalibration)).toEqual(names(training.tune));
    expect(names(training.taught)).toEqual(['a', 'f']);
    expect(names(evaluation)).toEqual(['c', 'd', 'e']);

    const inShards: string[] = [];
    for await (const record of readShards(training.shards, 'tune')) inShards.push(record.path);
    expect(inShards.map((file) => path.basename(file, '.jpg')).sort()).toEqual(REFERENCE);
    for (const { row, path: file } of training.tune) expect(inShards[row]).toBe(file);
  });
});
