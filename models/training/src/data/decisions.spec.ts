import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDecisions, staysAfter, writeDecisions, type CleaningDecision } from './decisions.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cleaning-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const decision = (over: Partial<CleaningDecision> = {}): CleaningDecision => ({
  path: 'images/a.jpg',
  label: 'Aus bus',
  finding: 'probably_mislabelled',
  instead: 'Dus eus',
  score: 0.75,
  decision: 'drop',
  ...over,
});

describe('cleaning decisions', () => {
  it('come back as they were written, commas and quotes too', async () => {
    const all = [decision(), decision({ path: 'images/b, "c".jpg', decision: 'keep', score: 0.5 })];
    const file = path.join(folder, 'cleaning.csv');
    await writeDecisions(file, all);
    expect(await readDecisions(file)).toEqual(all);
  });

  it.each([
    ['a decision that is none', 'images/a.jpg,Aus bus,label_conflict,,0.9,perhaps'],
    ['a finding that is none', 'images/a.jpg,Aus bus,ugly,,0.9,drop'],
    ['no path', ',Aus bus,label_conflict,,0.9,drop'],
  ])('are refused with the line for %s', async (_, line) => {
    const file = path.join(folder, 'cleaning.csv');
    await writeFile(file, `path,label,finding,instead,score,decision\n${line}\n`);
    await expect(readDecisions(file)).rejects.toThrow(/line 2/);
  });

  it('name the photos to leave out of training, and none that a reviewer kept', () => {
    const stays = staysAfter([decision({ path: 'a' }), decision({ path: 'b', decision: 'keep' })]);
    expect(['a', 'b', 'c'].map((path) => stays({ path, split: 'train' }))).toEqual([false, true, true]);
  });

  it('take from what is tuned on only what is there twice, and nothing from what judges', () => {
    const stays = staysAfter([decision({ path: 'a' }), decision({ path: 'b', finding: 'reference_copies_training' })]);
    expect(['a', 'b'].map((path) => stays({ path, split: 'tune' }))).toEqual([true, false]);
    expect(['a', 'b'].map((path) => stays({ path, split: 'val' }))).toEqual([true, true]);
    expect(['a', 'b'].map((path) => stays({ path, split: 'field' }))).toEqual([true, true]);
  });
});
