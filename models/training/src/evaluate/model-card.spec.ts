import { describe, expect, it } from 'vitest';
import { evaluatePhotos } from './evaluation.ts';
import { modelCard, type BundleFacts } from './model-card.ts';
import { proportionOf } from '@mushroom/recognition/bundle/proportion';
import { model, photoOf, table } from './testing/synthetic-photos.ts';

const edulis = [0.95, 0.01, 0.001, 0.001, 0.018, 0.02];
const doubtful = [0.75, 0.02, 0.2, 0.01, 0.01, 0.01];
const letalis = [0.02, 0.02, 0.9, 0.02, 0.02, 0.02];

const facts: BundleFacts = {
  name: 'mushroom-classifier',
  version: '7',
  created: '2024-05-06T07:08:09.000Z',
  input: { size: 224, fit: 'stretch' },
  signature: { input: 'image', logits: 'logits', features: 'features' },
  ...model,
  temperature: 1.25,
  provenance: {
    backbone: 'efficientnet_lite0_224',
    trainingData: { sha256: 'abcdef0123456789', photos: 1234, labels: 56 },
    codeRevision: 'c0ffee',
    seed: 3,
  },
};

const evaluation = evaluatePhotos(
  [
    photoOf('Bonus edulis', edulis),
    photoOf('Malus letalis', letalis),
    photoOf('Malus letalis', edulis, { split: 'field' }),
    photoOf('Malus letalis', letalis, { split: 'field' }),
    photoOf('Malus letalis', doubtful, { split: 'field' }),
  ],
  model,
  table,
);
const card = modelCard(facts, evaluation);
const section = (title: string) => card.split(/^#+ /m).find((part) => part.startsWith(title)) ?? '';

describe('the model card', () => {
  it('says what the model is, what it was made from and how to make it again', () => {
    expect(card).toContain('# mushroom-classifier, version 7');
    expect(section('The model')).toContain('temperature of 1.250');
    expect(section('Data')).toContain('1234 photos with 56 labels');
    expect(section('How to make it again')).toContain('--seed 3');
    expect(section('How to make it again')).toContain('c0ffee');
  });

  it('gives shares with their interval and what was counted', () => {
    const row = section('How well it does')
      .split('\n')
      .find((line) => line.startsWith('| top-1'));
    expect(row).toBe('| top-1, known species | 100.0 % (34.2 – 100.0 %; 2 of 2) | 33.3 % (6.1 – 79.2 %; 1 of 3) |');
  });

  it('tells of each dangerous species how often it is warned of', () => {
    expect(section('Dangerous species, test')).toContain(
      '| *Malus letalis* (Killer) | deadly | yes | 3 | 33.3 % | 66.7 % |',
    );
  });

  it('says what it must not be used for', () => {
    expect(section('What it is not for')).toMatch(/Deciding whether to eat a mushroom/);
  });

  it('never calls a mushroom safe or edible', () => {
    expect(card).not.toMatch(/\b(safe|edible)\b/i);
  });

  it('says so where a split has no photos', () => {
    const valOnly = modelCard(facts, evaluatePhotos([photoOf('Bonus edulis', edulis)], model, table));
    expect(valOnly).toContain('The data has no photos of this split.');
    expect(valOnly).not.toMatch(/NaN|undefined|null/);
  });

  it('tells what a smaller model was made from, what is lost, and what stands beside it', () => {
    const half = proportionOf(1, 2);
    const smaller = modelCard(facts, {
      ...evaluation,
      compression: {
        from: 'mushroom-student-float16/1',
        weights: 'uint8',
        bytes: 2_500_000,
        compressedBytes: 2_100_000,
        bytesBefore: 4_900_000,
        agreement: { val: { sameBest: half, top1Before: half, top1Now: proportionOf(0, 2) }, field: null },
        multiplyAdds: 173e6,
        beside: [{ name: 'mushroom-classifier/3', multiplyAdds: 859e6, bytes: 10e6, valTop1: 0.644, fieldTop1: null }],
      },
    });
    const text = smaller.slice(smaller.indexOf('### Smaller'), smaller.indexOf('## Where it ends'));
    expect(text).toContain('2.50 MB to download in place of 4.90 MB, compressed 2.10 MB');
    expect(text).toContain('| val | 50.0 % (9.5 – 90.5 %; 1 of 2) | 0.0 % (0.0 – 65.8 %; 0 of 2) |');
    expect(text).toContain('| **mushroom-classifier/7** | 173 | 2.50 MB | 100.0 % | 33.3 % |');
    expect(text).toContain('| mushroom-classifier/3 | 859 | 10.00 MB | 64.4 % | – |');
    expect(card).not.toContain('### Smaller');
  });

  it('tells whether the model looked where it says, once that was measured', () => {
    const looked = modelCard(facts, {
      ...evaluation,
      occlusion: {
        split: 'val',
        tried: 20,
        hiddenShare: 1 / 6,
        randomPlaces: 8,
        hotCostsMore: proportionOf(9, 10),
        meanDrop: { hot: 0.3, random: 0.05 },
      },
    });
    expect(looked).toContain('Of 20 photos of `val`, 10 were answered rightly. Hiding the hottest 16.7 % of the photo');
    expect(looked).toContain('90.0 % (59.6 – 98.2 %; 9 of 10)');
    expect(card).not.toContain('### Where it looks');
  });
});
