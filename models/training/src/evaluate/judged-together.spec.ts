import { describe, expect, it } from 'vitest';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { judgedTogether } from './judged-together.ts';

const photo = (logits: number[]): EvaluatedPhoto => ({
  path: 'a.jpg',
  label: 'Boletus edulis',
  source: 'club',
  split: 'val',
  classes: [0],
  knownSpecies: true,
  logits: Float32Array.from(logits),
});

function sharesOf({ logits }: EvaluatedPhoto, temperature: number): number[] {
  const powers = [...logits].map((logit) => Math.exp(logit / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

describe('what models say together', () => {
  it('is the geometric mean of their calibrated shares', () => {
    // Shares 0.8 and 0.2 at temperature 2, 0.5 and 0.5 at temperature 1: sqrt(0.8 × 0.5) : sqrt(0.2 × 0.5) = 2 : 1.
    const [together] = judgedTogether([
      { temperature: 2, photos: [photo([2 * Math.log(0.8), 2 * Math.log(0.2)])] },
      { temperature: 1, photos: [photo([3, 3])] },
    ]);
    const [first, second] = sharesOf(together!, 2);
    expect(first).toBeCloseTo(2 / 3, 5);
    expect(second).toBeCloseTo(1 / 3, 5);
  });

  it('is what the one says where there is one', () => {
    const [together] = judgedTogether([{ temperature: 0.7, photos: [photo([1, -2, 0.5])] }]);
    [1, -2, 0.5].forEach((logit, classIndex) => expect(together!.logits[classIndex]).toBeCloseTo(logit, 5));
  });
});
