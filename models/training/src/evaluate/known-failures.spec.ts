import { describe, expect, it } from 'vitest';
import { failureOf, failuresPage } from './known-failures.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { labels, model, table } from './testing/synthetic-photos.ts';
import { LabelSpace } from '../data/label-space.ts';

/** A photo of `label` of which the model is quite sure that it shows the class. */
function outcome(label: string, classIndex: number, logit = 9): Outcome {
  const space = new LabelSpace(labels, table);
  const logits = Float32Array.from(labels, (_, index) => (index === classIndex ? logit : 0));
  return outcomeOf(
    {
      path: `licensed/${label}.jpg`,
      label,
      source: 'licensed',
      split: 'field',
      classes: space.classesOf(label),
      knownSpecies: space.isKnownSpecies(label),
      logits,
    },
    model,
    table,
  );
}

const [EDULIS, PALLIDUS, LETALIS, , , NO_MUSHROOM] = labels.keys();

describe('a known failure', () => {
  it('is first of all a dangerous mushroom that is called less', () => {
    expect(failureOf(outcome('Malus letalis', EDULIS!))).toBe('called less than dangerous');
  });

  it('is a dangerous mushroom with another name, though it is called dangerous', () => {
    expect(failureOf(outcome('Malus gravis', LETALIS!))).toBe('a dangerous one named as another species');
  });

  it('is a wrong name, a mushroom taken for something else, and a harmless one called dangerous', () => {
    expect(failureOf(outcome('Bonus edulis', PALLIDUS!))).toBe('named as another species');
    expect(failureOf(outcome('Bonus edulis', NO_MUSHROOM!))).toBe('taken for no mushroom');
  });

  it('is neither a right answer nor an honest "I do not know"', () => {
    expect(failureOf(outcome('Bonus edulis', EDULIS!))).toBeUndefined();
    expect(failureOf(outcome('Malus letalis', EDULIS!, 0))).toBeUndefined();
  });
});

describe('the page of known failures', () => {
  const credits = new Map([
    ['licensed/Malus letalis.jpg', { author: 'A | B', licence: 'CC BY 4.0', page: 'https://x.org/1' }],
  ]);

  it('shows each with its picture, its author and its licence', () => {
    const page = failuresPage('m 2', [outcome('Malus letalis', EDULIS!)], credits, '../models/data/', 5);
    expect(page).toContain('## Called less than dangerous: 1 of 1');
    expect(page).toContain('<img src="../models/data/licensed/Malus letalis.jpg"');
    expect(page).toContain('[A \\| B](https://x.org/1), CC BY 4.0');
    expect(page).toContain('## Taken for no mushroom: 0 of 1\n\nNone of these photos.');
  });

  it('is not written with a photo that has no licence', () => {
    expect(() => failuresPage('m 2', [outcome('Malus letalis', EDULIS!)], new Map(), '', 5)).toThrow(
      'may not be shown',
    );
  });

  it('says how many more there are than it shows', () => {
    const two = [outcome('Malus letalis', EDULIS!), outcome('Malus letalis', EDULIS!, 8)];
    expect(failuresPage('m 2', two, credits, '', 1)).toContain('The surest 1 of 2.');
  });
});
