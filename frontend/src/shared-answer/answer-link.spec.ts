import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { flyAgaricAnswer } from '../testing/answers.ts';
import { answerPath } from './answer-link.ts';
import { answerIn } from './open-answer-link.ts';
import { sharedAnswerOf } from './shared-answer.ts';

const day = new Date(2026, 10, 23);
const flyAgaric = sharedAnswerOf(flyAgaricAnswer, day);
const fragmentOf = (json: unknown) => deflateRawSync(JSON.stringify(json)).toString('base64url');

describe('a link to an answer', () => {
  it('holds what the answer says, and leads to it', async () => {
    const path = await answerPath(flyAgaric);
    expect(path).toMatch(/^\/answer#[\w-]+$/);
    expect(await answerIn(path.slice('/answer#'.length))).toEqual({
      format: 1,
      day: '2026-11-23',
      model: { name: 'mushroom-classifier', version: '7' },
      decision: 'identified',
      match: { taxon: 'Amanita muscaria', rank: 'species', score: 0.93 },
      verdict: 'poisonous',
      risk: 0.97,
      candidates: [
        { taxon: 'Amanita muscaria', rank: 'species', score: 0.93, toxicity: 'poisonous' },
        { taxon: 'Amanita caesarea', rank: 'species', score: 0.03, toxicity: 'caution' },
      ],
      lookalikes: [{ taxon: 'Amanita phalloides', toxicity: 'deadly' }],
      nextViews: ['gills', 'stem_base'],
    });
  });

  it('is short enough to be sent in a message', async () => {
    expect((await answerPath(flyAgaric)).length).toBeLessThan(1000);
  });

  it('holds a picture only where one was put in', async () => {
    const path = await answerPath(sharedAnswerOf(flyAgaricAnswer, day, '/9j/4AAQ'));
    expect(await answerIn(path.split('#')[1]!)).toMatchObject({ picture: '/9j/4AAQ' });
  });

  it('that was cut off, or was never one, leads to nothing', async () => {
    const fragment = (await answerPath(flyAgaric)).split('#')[1]!;
    for (const broken of ['', '%%%', 'hello', fragment.slice(0, -20), 'A'.repeat(70_000)]) {
      expect(await answerIn(broken), broken.slice(0, 20)).toBeNull();
    }
  });

  it.each([
    ['a verdict that does not exist', { verdict: 'safe' }],
    ['advice in the place of a name', { match: { taxon: 'Good to eat, trust me!', rank: 'species', score: 1 } }],
    ['a name without a decision for it', { decision: 'uncertain' }],
    ['a score above one', { risk: 7 }],
    ['a picture that is something else', { picture: '"><script>' }],
    ['another format', { format: 2 }],
  ])('with %s leads to nothing', async (_, change) => {
    expect(await answerIn(fragmentOf(flyAgaric))).not.toBeNull();
    expect(await answerIn(fragmentOf({ ...flyAgaric, ...change }))).toBeNull();
  });

  it('that unpacks to far more than an answer is not unpacked', async () => {
    expect(await answerIn(fragmentOf({ ...flyAgaric, padding: ' '.repeat(10_000_000) }))).toBeNull();
  });
});
