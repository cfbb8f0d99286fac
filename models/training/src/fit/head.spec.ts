import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { rowsOf, type FeatureTable } from './frozen-features.ts';
import type { Head } from '../network/head.ts';
import { applyHead, meanLoss, trainHead, type Labelled } from './head.ts';
import type { HeadOptions } from './recipe.ts';

beforeAll(async () => {
  await startBackend('auto');
});

const WIDTH = 6;
const LEAVES = 3;
const OPTIONS: HeadOptions = { epochs: 10, batchSize: 16, learningRate: 0.1, weightDecay: 0.01, seed: 1 };

/** Photos of three classes whose features lie around three corners. */
function clusters(rows: number, seed: string): { table: FeatureTable; classes: number[] } {
  const random = seedrandom(seed);
  const values = new Float32Array(rows * WIDTH);
  const classes = Array.from({ length: rows }, (_, row) => row % LEAVES);
  classes.forEach((classIndex, row) => {
    for (let i = 0; i < WIDTH; i++) values[row * WIDTH + i] = random() - 0.5 + (i === classIndex ? 1.5 : 0);
  });
  return { table: { rows, width: WIDTH, values }, classes };
}

function labelled(
  rows: number,
  seed: string,
  classesOf = (classIndex: number, _row: number): readonly number[] => [classIndex],
): Labelled {
  const { table, classes } = clusters(rows, seed);
  return { views: [table], classSets: classes.map(classesOf) };
}

const best = (logits: Float32Array) => logits.indexOf(Math.max(...logits));

function accuracy(head: Head, rows = 90): number {
  const { table, classes } = clusters(rows, 'unseen');
  const right = applyHead(head, table).filter((logits, row) => best(logits) === classes[row]);
  return right.length / rows;
}

describe('a head', () => {
  it('learns to tell what can be told apart, on photos it has not seen', async () => {
    const { head, history } = await trainHead(labelled(90, 'train'), labelled(30, 'val'), LEAVES, OPTIONS);
    expect(accuracy(head)).toBeGreaterThan(0.95);
    expect(history).toHaveLength(OPTIONS.epochs);
    expect(history.map(({ epoch }) => epoch)).toEqual(history.map((_, index) => index + 1));
    expect(history.at(-1)!.trainLoss).toBeLessThan(history[0]!.trainLoss / 2);
    expect(history.at(-1)!.valLoss).toBeLessThan(Math.log(LEAVES) / 2);
  });

  it('is the same for the same seed, another for another', async () => {
    const train = (seed: number) => {
      const options = { ...OPTIONS, epochs: 2, seed };
      return trainHead(labelled(60, 'train'), labelled(15, 'val'), LEAVES, options);
    };
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect((await train(2)).head.kernel).not.toEqual(first.head.kernel);
  });

  it('learns the species of a genus though half of the photos say only the genus', async () => {
    // Leaves 0 and 1 are one genus; every second photo is labelled with it.
    const mixed = labelled(180, 'train', (classIndex, row) => (classIndex < 2 && row % 6 < 3 ? [0, 1] : [classIndex]));
    const { head } = await trainHead(mixed, labelled(30, 'val'), LEAVES, OPTIONS);
    expect(accuracy(head)).toBeGreaterThan(0.95);
  });

  it('learns nothing about the species from photos that say only the genus', async () => {
    const vague = labelled(90, 'train', (classIndex) => (classIndex < 2 ? [0, 1] : [2]));
    const { head } = await trainHead(vague, labelled(30, 'val'), LEAVES, OPTIONS);
    const { table, classes } = clusters(90, 'unseen');
    const predicted = applyHead(head, table).map(best);
    // The genus is found; which species of it is not.
    expect(predicted.filter((classIndex, row) => (classIndex === 2) === (classes[row] === 2)).length).toBeGreaterThan(
      85,
    );
    expect(accuracy(head)).toBeLessThan(0.9);
  });

  it('leaves out photos whose label has no class', async () => {
    const train = labelled(60, 'train');
    const { table } = clusters(60, 'train');
    const noise = new Float32Array(20 * WIDTH).fill(100);
    const withStrangers: Labelled = {
      views: [{ rows: 80, width: WIDTH, values: Float32Array.of(...table.values, ...noise) }],
      classSets: [...train.classSets, ...Array.from({ length: 20 }, () => [])],
    };
    expect(await trainHead(withStrangers, labelled(15, 'val'), LEAVES, { ...OPTIONS, epochs: 2 })).toEqual(
      await trainHead(train, labelled(15, 'val'), LEAVES, { ...OPTIONS, epochs: 2 }),
    );
  });

  it('draws a view of each photo, and learns from all of them', async () => {
    const { table, classes } = clusters(90, 'train');
    // The second view is the first one with its features in reverse: only a head that saw both fits both.
    const reversed = {
      ...table,
      values: table.values.map((_, i) => table.values[i - (i % WIDTH) + WIDTH - 1 - (i % WIDTH)]!),
    };
    const classSets = classes.map((classIndex) => [classIndex]);
    const lossOn = (view: FeatureTable, head: Head) => meanLoss({ views: [view], classSets }, head);
    const both = (await trainHead({ views: [table, reversed], classSets }, labelled(15, 'val'), LEAVES, OPTIONS)).head;
    const one = (await trainHead({ views: [table], classSets }, labelled(15, 'val'), LEAVES, OPTIONS)).head;
    expect(lossOn(reversed, both)).toBeLessThan(lossOn(reversed, one) / 2);
  });
});

describe('applying a head', () => {
  // kernel: 2 features × 3 classes
  const head: Head = { kernel: Float32Array.of(1, 2, 3, 4, 5, 6), bias: Float32Array.of(0.5, 0, -0.5) };

  it('gives features · kernel + bias, a row of logits a photo', () => {
    const logits = applyHead(head, { rows: 2, width: 2, values: Float32Array.of(1, 0, 1, 10) });
    expect(logits.map((row) => [...row])).toEqual([
      [1.5, 2, 2.5],
      [41.5, 52, 62.5],
    ]);
  });

  it('gives nothing for no photos', () => {
    expect(applyHead(head, { rows: 0, width: 2, values: new Float32Array() })).toEqual([]);
  });
});

describe('the mean loss', () => {
  const even: Head = { kernel: new Float32Array(2 * 3), bias: new Float32Array(3) };
  const features = { rows: 2, width: 2, values: Float32Array.of(1, 2, 3, 4) };

  it('counts the photos that have a class', () => {
    expect(meanLoss({ views: [features], classSets: [[0], []] }, even)).toBeCloseTo(Math.log(3), 5);
    expect(meanLoss({ views: [features], classSets: [[0], [1, 2]] }, even)).toBeCloseTo(
      (Math.log(3) + Math.log(1.5)) / 2,
      5,
    );
  });

  it('is not a number where no photo has one', () => {
    expect(meanLoss({ views: [features], classSets: [[], []] }, even)).toBeNaN();
  });
});

describe('a head for rare and common classes', () => {
  /** Ten photos of class 0 for one of the others; features that tell classes apart badly. */
  const skewed = () => {
    const { table, classes } = clusters(330, 'skewed');
    const kept = classes.flatMap((classIndex, row) => (classIndex === 0 || row % 10 === 0 ? [row] : []));
    return { views: [rowsOf(table, kept)], classSets: kept.map((row) => [classes[row]!]) };
  };
  const rareNamed = async (changed: Partial<HeadOptions>) => {
    const { head } = await trainHead(skewed(), labelled(30, 'val'), LEAVES, { ...OPTIONS, epochs: 3, ...changed });
    return applyHead(head, clusters(300, 'unseen').table).filter((logits) => best(logits) !== 0).length;
  };

  it('names rare ones more often where their photos weigh more', async () => {
    expect(await rareNamed({ balance: 1 })).toBeGreaterThan(await rareNamed({}));
  });

  it('weighs photos that may be of most classes neither as common nor as rare', async () => {
    // Leaf 2 stands for no mushroom: few photos of it, and many of mushrooms whose name has no class.
    const withOpen = (open: number): Labelled => {
      const { table, classes } = clusters(60 + open, 'open');
      const classSets = classes.map((classIndex, row): readonly number[] => (row < 60 ? [classIndex] : [0, 1]));
      return { views: [table], classSets };
    };
    const options = { ...OPTIONS, epochs: 3, balance: 1 };
    const negatives = async (open: number) => {
      const { head } = await trainHead(withOpen(open), labelled(30, 'val'), LEAVES, options);
      return applyHead(head, clusters(300, 'unseen').table).filter((logits) => best(logits) === 2).length;
    };
    // By n^-1 all of them together would weigh as much as the photos of one class.
    expect(await negatives(300)).toBeLessThan((await negatives(0)) / 2);
  });
});
