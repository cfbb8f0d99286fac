import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const STUDENT = fileURLToPath(new URL('../../../registry/mushroom-student/1', import.meta.url));
const MUSHROOM = fileURLToPath(new URL('../../mushroom.js', import.meta.url));

let folder: string;
let backbone: string;

const train = (...args: string[]) => runMushroom('train', '--registry', path.join(folder, 'empty'), ...args);
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
/** A photo of the first species, in a folder of photos. */
const photo = (root: string, name: string) => path.join(folder, root, SPECIES[0]!, name);
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
    for (const option of [
      '--data',
      '--skip-unreadable',
      '--min-photos',
      '--alpha',
      '--recipe',
      '--teacher',
      '--backend',
    ])
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

describe('photos that changed', () => {
  const first = 'amanita-muscaria-1.jpg';
  const copy = (name: string, root: string) => copyFileSync(path.join(LICENSED, name), photo(root, first));

  /** Trains a head for a moment. @returns checksums of the graph. */
  async function weightsOf(root: string) {
    const { status, stderr } = await train(
      ...['--data', path.join(folder, root), '--min-photos', '1', '--backbone', backbone, '--backend', 'cpu'],
      ...['--epochs', '2', '--experiments', path.join(folder, 'experiments'), '--name', 'changed', '--replace'],
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { bundle } = await openBundle(path.join(folder, 'empty/changed/1'));
    return bundle.files['graph/weights.bin']!.sha256;
  }

  it('train other weights: replaced under their names, or of another folder with the same names', async () => {
    cpSync(path.join(folder, 'photos'), path.join(folder, 'changing'), { recursive: true });
    cpSync(path.join(folder, 'photos'), path.join(folder, 'elsewhere/changing'), { recursive: true });
    const before = await weightsOf('changing');
    copy('agaricus-campestris-1.jpg', 'changing');
    const replaced = await weightsOf('changing');
    copy('agaricus-campestris-2.jpg', 'elsewhere/changing');
    const other = await weightsOf('elsewhere/changing');
    expect(new Set([before, replaced, other]).size).toBe(3);
    copy(first, 'changing');
    expect(await weightsOf('changing')).toBe(before);
  });

  it('are read again if they were broken', async () => {
    cpSync(path.join(folder, 'photos'), path.join(folder, 'broken'), { recursive: true });
    writeFileSync(photo('broken', first), '<html>404</html>');
    const { stderr } = await train('--data', path.join(folder, 'broken'), '--min-photos', '1', '--backend', 'cpu');
    expect(stderr).toMatch(/1 file of the data can’t be used.*amanita-muscaria-1\.jpg: The file is not JPEG/s);
    copy(first, 'broken');
    expect(await weightsOf('broken')).toBe(await weightsOf('photos'));
  });
});

describe('what a run needs at its end', () => {
  /** Photos of some splits, each of two species; and one that can't be read, which is found only when files are read. */
  function dataOf(name: string, ...rows: string[]): string[] {
    const file = path.join(folder, `${name}.csv`);
    writeFileSync(path.join(folder, 'unreadable.jpg'), '');
    writeFileSync(file, ['path,label,split', ...rows, `unreadable.jpg,${SPECIES[0]},train`, ''].join('\n'));
    return ['--data', file, '--min-photos', '1', '--backbone', backbone, '--backend', 'cpu'];
  }
  const row = (species: number, split: string, label = SPECIES[species]!) => {
    const file = `${SPECIES[species]!.toLowerCase().replace(' ', '-')}-1.jpg`;
    return `${path.join(LICENSED, file)},${label},${split}`;
  };
  const enough = [row(0, 'train'), row(1, 'train'), row(0, 'val')];
  const recipe = (name: string, pass: object) => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(
      file,
      JSON.stringify({ passes: [{ epochs: 1, batchSize: 2, trainSize: 32, warmUpSteps: 1, ...pass }] }),
    );
    return ['--recipe', file];
  };

  it.each<[string, () => string[], RegExp]>([
    ['two classes', () => dataOf('one', row(0, 'train'), row(0, 'val')), /only one class has enough photos/],
    ['photos of val', () => dataOf('no-val', row(0, 'train'), row(1, 'train'), row(0, 'field')), /val has no photos/],
    [
      'photos of val that are of a class',
      () => dataOf('other-val', row(0, 'train'), row(1, 'train'), row(2, 'val')),
      /no photo of val is of a class that training has/,
    ],
    [
      'labels of val that the table of species has',
      () => dataOf('unknown', ...enough, row(1, 'val', 'Boletus imaginarius')),
      /the species table has no "Boletus imaginarius" \(photos: 1\)/,
    ],
    [
      'a version that is free',
      () => {
        mkdirSync(path.join(folder, 'full/some/1'), { recursive: true });
        return [...dataOf('enough', ...enough), '--registry', path.join(folder, 'full'), '--name', 'some'];
      },
      /full\/some\/1 exists; give another --version, or --replace/,
    ],
    [
      'a registry that can be written',
      () => [...dataOf('enough', ...enough), '--registry', path.join(backbone, 'model.json')],
      /nothing can be written into .*model\.json is no folder/,
    ],
    [
      'a folder of experiments that can be written',
      () => [...dataOf('enough', ...enough), '--experiments', '/proc/experiments'],
      /nothing can be written into \/proc\/experiments: \/proc can’t be changed/,
    ],
    ['a backbone', () => [...dataOf('enough', ...enough), '--backbone', '/efficientnet_lite9'], /efficientnet_lite9/],
    [
      'a teacher with the same classes',
      () => [...dataOf('enough', ...enough), ...recipe('taught', { teacherShare: 1 }), '--teacher', STUDENT],
      /mushroom-student\/1 has other classes than this data/,
    ],
  ])('is said in a sentence before a photo is read: %s', async (_, args, message) => {
    const { status, stdout, stderr } = await train(...args());
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^train: .*\n$/);
    expect(stderr).not.toContain('unreadable.jpg');
    expect(stdout).not.toContain('shards');
    expect(status).toBe(1);
  });

  it('is said of what cleaning and unreadable files leave, too', async () => {
    const bad = `unreadable.jpg,${SPECIES[1]},train`;
    const skipping = await train(...dataOf('left', row(0, 'train'), row(0, 'val'), bad), '--skip-unreadable');
    expect(skipping.stderr).toMatch(/^train: only one class has enough photos/);
    const few = await train(...dataOf('enough', ...enough), ...recipe('wide', { batchSize: 8 }), '--skip-unreadable');
    expect(few.stderr).toBe('train: fine-tuning takes 8 photos at a time; there are 2 to train on\n');
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
    // Photos under the names of the old ones are other data as well.
    cpSync(path.join(folder, 'photos'), path.join(folder, 'replaced/photos'), { recursive: true });
    copyFileSync(path.join(LICENSED, 'agaricus-campestris-1.jpg'), photo('replaced/photos', 'amanita-muscaria-1.jpg'));
    for (const data of ['other', 'replaced/photos']) {
      const { status, stderr } = await recalibrate(
        ...['--data', path.join(folder, data), '--bundle', path.join(registry, 'few/1')],
        ...['--registry', registry, '--version', '6'],
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(/other data than it was trained on/);
    }
  });
});
