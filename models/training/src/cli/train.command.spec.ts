import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { goldenSchema } from '@mushroom/recognition/bundle/bundle.schema';
import { openBundle, readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { SPECIES, writeTinyRun } from '../fit/testing/tiny-run.ts';
import { readEvaluation } from '../evaluate/read-evaluation.ts';
import { rewriteReports } from '../pack/bundle-writer.ts';
import { runMushroom } from './testing/run-mushroom.ts';

vi.setConfig({ testTimeout: 110_000, hookTimeout: 110_000 });

const LICENSED = fileURLToPath(new URL('../../../data/licensed', import.meta.url));
const MUSHROOM = fileURLToPath(new URL('../../mushroom.js', import.meta.url));

let folder: string;
let backbone: string;

const train = (...args: string[]) => runMushroom('train', ...args);
const recalibrate = (...args: string[]) => runMushroom('recalibrate', ...args);

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
  ({ backbone } = await writeTinyRun(folder));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (version: string, ...more: string[]) => [
  ...['--data', path.join(folder, 'photos'), '--min-photos', '1', '--backbone', backbone, '--backend', 'cpu'],
  ...['--recipe', path.join(folder, 'recipe.json'), '--checkpoints', path.join(folder, 'checkpoints')],
  ...['--registry', path.join(folder, 'registry'), '--experiments', path.join(folder, 'experiments')],
  ...['--name', 'few', '--version', version, ...more],
];
const recordOf = (version: string) =>
  JSON.parse(
    readFileSync(
      path.join(folder, `experiments/${new Date().toISOString().slice(0, 7)}-few-${version}/record.json`),
      'utf8',
    ),
  ) as object;

describe('training', () => {
  it('makes a bundle of a folder of photos, and the same one again from the checkpoint it left', async () => {
    const first = spawnSync(process.execPath, [MUSHROOM, 'train', ...run('1')], {
      encoding: 'utf8',
      timeout: 100_000,
    });
    expect(first.stderr).not.toMatch(/^train:/m);
    expect(first.status).toBe(0);
    const { bundle } = await openBundle(path.join(folder, 'registry/few/1'));
    expect(bundle.labels.flatMap((label) => (label.kind === 'species' ? [label.taxon] : []))).toEqual(SPECIES);

    const again = await train(...run('2', '--pretrained-share', '0'));
    expect(again.status).toBe(0);
    expect(again.stdout).toContain('going on from step');
    const scoresOf = (version: string) =>
      goldenSchema
        .parse(JSON.parse(readFileSync(path.join(folder, `registry/few/${version}/golden.json`), 'utf8')))
        .cases.flatMap(({ scores }) => scores);
    const resumed = scoresOf('2');
    // Threads add in the order in which they come.
    scoresOf('1').forEach((score, index) => expect(resumed[index]).toBeCloseTo(score, 3));

    expect(recordOf('1')).toMatchObject({ fineTuneEpochs: 1, headEpochs: 3, head: { balance: 0.7 } });
    expect(again.stderr).toMatch(/^train: --pretrained-share is called --alpha now$/m);
  });

  it('takes the result back to the pretrained weights as far as --alpha says', async () => {
    const { status, stderr } = await train(...run('3', '--alpha', '1'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(recordOf('3')).toMatchObject({ pretrainedShare: 1 });
    const { bundle } = await openBundle(path.join(folder, 'registry/few/3'));
    expect(bundle.files['graph/weights.bin']).not.toEqual(
      (await openBundle(path.join(folder, 'registry/few/1'))).bundle.files['graph/weights.bin'],
    );
  });

  it('says how many photos the species have if they are too few for any class', async () => {
    const { status, stderr } = await train(
      ...['--data', path.join(folder, 'photos'), '--backbone', backbone, '--backend', 'cpu'],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^train: no class has enough photos.* takes 10 training photos \(--min-photos\), and the 4 species have .* each\n$/,
    );
  });

  it('shows its options and their defaults, but not the former name of one', async () => {
    const { status, stdout } = await train('--help');
    expect(status).toBe(0);
    for (const option of ['--data', '--min-photos', '--alpha', '--recipe', '--teacher', '--backend'])
      expect(stdout).toContain(option);
    expect(stdout).toContain('models/backbones/efficientnet_lite0_224');
    expect(stdout).toMatch(/"?models\/build\/experiments"?\)/);
    expect(stdout).not.toContain('--pretrained-share');
  });

  it.each([
    [['--fine-tune', 'many'], 2, /'--fine-tune <n>' argument 'many' is invalid\. It takes a whole number/],
    [['--fit', 'squeeze'], 2, /'squeeze' is invalid\. Allowed choices are stretch, crop/],
    [['--backend', 'abacus'], 2, /Allowed choices are auto, native, wasm, cpu/],
    [['--alpha', '2'], 2, /It takes a number from 0 to 1/],
    [['--alpha', '0.1', '--pretrained-share', '0.1'], 2, /cannot be used with option '--alpha/],
    [['--name', 'A Name'], 2, /It takes small letters, digits and hyphens/],
    [['--version', '1.2'], 2, /It takes a whole number from 1/],
    [['--colour', 'red'], 2, /unknown option '--colour'/],
    [['--fine-tune', '1', '--recipe', '/nowhere.json'], 2, /train: .*--fine-tune has no say beside it/],
    [['--fine-tune', '1', '--teacher', '/nowhere'], 2, /train: no pass has a teacherShare for --teacher/],
    [['--fine-tune', '1', '--backend', 'wasm'], 1, /train: the wasm backend has no gradients .* to train a head alone/],
    [['--recipe', '/nowhere.json'], 1, /train: .*\/nowhere\.json is no recipe/],
    [['--data', '/nowhere'], 1, /train: .*\/nowhere/],
  ])('says in a sentence what is wrong with %j', async (args, code, message) => {
    const { status, stderr } = await train(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(code);
  });
});

describe('narrowing weights', () => {
  it('packs the network with everything that a trained bundle has, and what it cost', async () => {
    const registry = path.join(folder, 'registry');
    const { status, stderr } = await runMushroom(
      'quantise',
      ...['--data', path.join(folder, 'photos'), '--bundle', path.join(registry, 'few/1'), '--registry', registry],
      ...['--weights', 'float32', '--name', 'wide'],
    );
    expect(stderr).not.toMatch(/^quantise:/m);
    expect(status).toBe(0);
    const [before, after] = [
      await openBundle(path.join(registry, 'few/1')),
      await openBundle(path.join(registry, 'wide/1')),
    ];
    expect(Object.keys(after.bundle.files).sort()).toEqual(Object.keys(before.bundle.files).sort());
    expect(after.bundle.files['history.json']).toEqual(before.bundle.files['history.json']);
    expect(after.bundle.files['graph/weights.bin']!.bytes).toBeGreaterThan(
      before.bundle.files['graph/weights.bin']!.bytes,
    );
    expect((await readEvaluation(after.directory)).compression).toMatchObject({ from: 'few/1', weights: 'float32' });

    const again = await runMushroom(
      'quantise',
      ...['--bundle', path.join(registry, 'few/1'), '--registry', registry],
      ...['--weights', 'float32', '--name', 'wide'],
    );
    expect(again.status).toBe(1);
    expect(again.stderr).toMatch(/wide\/1 exists; give another --version, or --replace/);
  });
});

describe('recalibrating', () => {
  it('packs the same network with temperatures and thresholds of the rules as they are now', async () => {
    const registry = path.join(folder, 'registry');
    const { status, stderr } = await recalibrate(
      ...['--data', path.join(folder, 'photos'), '--bundle', path.join(registry, 'few/1')],
      ...['--registry', registry, '--version', '5'],
    );
    expect(stderr).not.toMatch(/^recalibrate:/m);
    expect(status).toBe(0);
    const [before, after] = [
      await openBundle(path.join(registry, 'few/1')),
      await openBundle(path.join(registry, 'few/5')),
    ];
    const graphOf = ({ bundle: { files } }: typeof before) => [files['graph/model.json'], files['graph/weights.bin']];
    expect(graphOf(after)).toEqual(graphOf(before));
    expect(after.bundle.version).toBe('5');
    const historyOf = (version: string) => readFileSync(path.join(registry, `few/${version}/history.json`), 'utf8');
    expect(historyOf('5')).toBe(historyOf('1'));
    // By the same photos and the same rules.
    expect(after.bundle.temperature).toBeCloseTo(before.bundle.temperature, 1);
    expect(after.bundle.costs).toEqual(before.bundle.costs);
  });

  it('refuses a bundle that does not give its golden outputs here', async () => {
    const registry = path.join(folder, 'spoilt');
    cpSync(path.join(folder, 'registry/few/1'), path.join(registry, 'few/1'), { recursive: true });
    const open = await openBundle(path.join(registry, 'few/1'));
    const golden = await readGolden(open);
    golden.cases[0]!.scores.reverse();
    await rewriteReports(open, { 'golden.json': JSON.stringify(golden) });
    const { status, stderr } = await recalibrate(
      ...['--data', path.join(folder, 'photos'), '--bundle', open.directory, '--registry', registry, '--version', '2'],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^recalibrate: .*does not answer as when it was packed: golden output "grey" differs/);
  });

  it('refuses other data than the bundle was trained on: it may have learnt what would be tuned on', async () => {
    const registry = path.join(folder, 'registry');
    const other = path.join(folder, 'photos', SPECIES[0]!);
    mkdirSync(path.join(folder, 'other'));
    cpSync(other, path.join(folder, 'other', SPECIES[0]!), { recursive: true });
    const { status, stderr } = await recalibrate(
      ...['--data', path.join(folder, 'other'), '--bundle', path.join(registry, 'few/1')],
      ...['--registry', registry, '--version', '6'],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/other data than it was trained on/);
  });
});
