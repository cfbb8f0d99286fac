import { describe, expect, it } from 'vitest';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { agreementOf } from './agreement.ts';

const photo = (classes: number[], logits: number[], knownSpecies = true): EvaluatedPhoto => ({
  path: 'photo.jpg',
  label: 'Bonus edulis',
  source: 'tests',
  split: 'val',
  classes,
  knownSpecies,
  logits: Float32Array.from(logits),
});

describe('two models', () => {
  const before = [photo([0], [2, 1]), photo([0], [2, 1]), photo([], [1, 2], false)];
  const after = [photo([0], [3, 1]), photo([0], [1, 2]), photo([], [1, 3], false)];

  it('agree where their best class is the same, right or wrong', () => {
    expect(agreementOf(before, after).sameBest).toMatchObject({ count: 2, of: 3 });
  });

  it('are each judged by the photos of species that they have', () => {
    const { top1Before, top1Now } = agreementOf(before, after);
    expect(top1Before).toMatchObject({ count: 2, of: 2 });
    expect(top1Now).toMatchObject({ count: 1, of: 2 });
  });
});
