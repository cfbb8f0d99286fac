import { describe, expect, it } from 'vitest';
import { answerFigures, leadOf } from './answer-figures.ts';
import { outcomeOf } from './outcome.ts';
import { model, photoOf, table } from './synthetic-photos.ts';

const outcome = (label: string, probabilities: number[]) => outcomeOf(photoOf(label, probabilities), model, table);

const right = outcome('Bonus edulis', [0.8, 0.1, 0.04, 0.02, 0.02, 0.02]);
const wrong = outcome('Bonus edulis', [0.1, 0.8, 0.04, 0.02, 0.02, 0.02]);
const unknownToModel = outcome('Absens durus', [0.3, 0.3, 0.1, 0.1, 0.1, 0.1]);

describe('the figures of answers', () => {
  it('count what is right of the known species, and how far scores are from that', () => {
    const figures = answerFigures([right, wrong, unknownToModel], model, table);
    expect(figures.answers).toBe(3);
    expect(figures.top1).toMatchObject({ count: 1, of: 2 });
    expect(figures.top3).toMatchObject({ count: 2, of: 2 });
    expect(figures.ece).toBeCloseTo(0.3, 6);
    expect(figures.nll).toBeCloseTo(-(Math.log(0.8) + Math.log(0.1)) / 2, 6);
  });

  it('have none where there is nothing to count', () => {
    expect(answerFigures([unknownToModel], model, table)).toMatchObject({
      nll: null,
      ece: null,
      top1: { share: null },
    });
  });
});

describe('the lead of one way of answering', () => {
  it('is positive where it is right more often and gives the truth more', () => {
    const lead = leadOf([right, right], [right, wrong], model);
    expect(lead.top1!.mean).toBe(0.5);
    expect(lead.nll!.mean).toBeCloseTo(Math.log(8) / 2, 6);
  });

  it('counts only what can be right', () => {
    expect(leadOf([unknownToModel], [unknownToModel], model)).toEqual({ top1: null, nll: null });
  });
});
