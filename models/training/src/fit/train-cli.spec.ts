import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { goldenSchema } from '@mushroom/recognition/bundle/bundle.schema';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { writeTinyBackbone } from '../network/testing/tiny-backbone.ts';
import { startCpu } from '../network/training-backend.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const LICENSED = fileURLToPath(new URL('../../../data/licensed', import.meta.url));
const TRAIN = fileURLToPath(new URL('./train.cli.ts', import.meta.url));
const DECIDE_ANEW = fileURLToPath(new URL('./decide-anew.cli.ts', import.meta.url));
const loader = createRequire(import.meta.url).resolve('tsx');
const SPECIES = ['Amanita muscaria', 'Amanita phalloides', 'Boletus edulis', 'Macrolepiota procera'];

let folder: string;
let backbone: string;

function command(file: string, args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', loader, file, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const train = (...args: string[]) => command(TRAIN, args);
const decideAnew = (...args: string[]) => command(DECIDE_ANEW, args);

/** A folder of folders, one a label: the cpu backend fine-tunes a tiny network on it in seconds. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'train-'));
  for (const species of SPECIES) {
    mkdirSync(path.join(folder, 'photos', species), { recursive: true });
    for (const number of [1, 2]) {
      const file = `${species.toLowerCase().replace(' ', '-')}-${number}.jpg`;
      copyFileSync(path.join(LICENSED, file), path.join(folder, 'photos', species, file));
    }
  }
  await startCpu();
  backbone = await writeTinyBackbone(folder);
  writeFileSync(
    path.join(folder, 'recipe.json'),
    JSON.stringify({
      passes: [{ epochs: 1, batchSize: 2, trainSize: 32, warmUpSteps: 1 }],
      head: { epochs: 3, balance: 0.7 },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (version: string) =>
  train(
    ...['--data', path.join(folder, 'photos'), '--min-photos', '1', '--backbone', backbone, '--backend', 'cpu'],
    ...['--recipe', path.join(folder, 'recipe.json'), '--checkpoints', path.join(folder, 'checkpoints')],
    ...['--registry', path.join(folder, 'registry'), '--experiments', path.join(folder, 'experiments')],
    ...['--name', 'few', '--version', version],
  );

describe('training', () => {
  it('makes a bundle of a folder of photos, and the same one again from the checkpoint it left', async () => {
    const first = run('1');
    expect(first.stderr).not.toMatch(/^train:/m);
    expect(first.status).toBe(0);
    const { bundle } = await openBundle(path.join(folder, 'registry/few/1'));
    expect(bundle.labels.flatMap((label) => (label.kind === 'species' ? [label.taxon] : []))).toEqual(SPECIES);

    const again = run('2');
    expect(again.status).toBe(0);
    expect(again.stdout).toContain('going on from step');
    const scoresOf = (version: string) =>
      goldenSchema
        .parse(JSON.parse(readFileSync(path.join(folder, `registry/few/${version}/golden.json`), 'utf8')))
        .cases.flatMap(({ scores }) => scores);
    const resumed = scoresOf('2');
    // Threads add in the order in which they come.
    scoresOf('1').forEach((score, index) => expect(resumed[index]).toBeCloseTo(score, 3));

    const experiment = JSON.parse(
      readFileSync(path.join(folder, `experiments/${new Date().toISOString().slice(0, 7)}-few-1/record.json`), 'utf8'),
    );
    expect(experiment).toMatchObject({
      fineTuneEpochs: 1,
      headEpochs: 3,
      head: { balance: 0.7 },
    });
  });

  it.each([
    [['--fine-tune', 'many'], /train: --fine-tune takes a whole number/],
    [['--fit', 'squeeze'], /train: --fit is stretch or crop/],
    [['--fine-tune', '1', '--backend', 'wasm'], /train: the wasm backend has no gradients .* to train a head alone/],
    [['--recipe', '/nowhere.json'], /train: .*\/nowhere\.json is no recipe/],
    [['--data', '/nowhere'], /train: .*\/nowhere/],
  ])('says in a sentence what is wrong with %j', (args, message) => {
    const { status, stderr } = train(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('deciding anew', () => {
  it('packs the same network with temperatures and thresholds of the rules as they are now', async () => {
    const registry = path.join(folder, 'registry');
    const { status, stderr } = decideAnew(
      ...['--data', path.join(folder, 'photos'), '--bundle', path.join(registry, 'few/1')],
      ...['--registry', registry, '--version', '3'],
    );
    expect(stderr).not.toMatch(/^decide-anew:/m);
    expect(status).toBe(0);
    const [before, after] = [
      await openBundle(path.join(registry, 'few/1')),
      await openBundle(path.join(registry, 'few/3')),
    ];
    const graphOf = ({ bundle: { files } }: typeof before) => [files['graph/model.json'], files['graph/weights.bin']];
    expect(graphOf(after)).toEqual(graphOf(before));
    expect(after.bundle.version).toBe('3');
    // By the same photos and the same rules.
    expect(after.bundle.temperature).toBeCloseTo(before.bundle.temperature, 1);
    expect(after.bundle.costs).toEqual(before.bundle.costs);
  });

  it('refuses other data than the bundle was trained on: it may have learnt what would be tuned on', () => {
    const registry = path.join(folder, 'registry');
    const other = path.join(folder, 'photos', SPECIES[0]!);
    mkdirSync(path.join(folder, 'other'));
    cpSync(other, path.join(folder, 'other', SPECIES[0]!), { recursive: true });
    const { status, stderr } = decideAnew(
      ...['--data', path.join(folder, 'other'), '--bundle', path.join(registry, 'few/1')],
      ...['--registry', registry, '--version', '4'],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/other data than it was trained on/);
  });

  it.each([
    [['--version', '2'], /--data and --version must be given/],
    [['--data', '/nowhere', '--version', '2', '--bundle', '/nowhere'], /decide-anew: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong with %j', (args, message) => {
    const { status, stderr } = decideAnew(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
