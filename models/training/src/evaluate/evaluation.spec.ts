import { describe, expect, it } from 'vitest';
import { evaluatePhotos } from './evaluation.ts';
import { evaluationSchema } from '@mushroom/recognition/bundle/evaluation.schema';
import { labels, model, photoOf, table } from './testing/synthetic-photos.ts';

/** Order of the probabilities: edulis, pallidus, letalis, gravis, another Ignotus, not a mushroom. */
const named = {
  edulis: [0.95, 0.01, 0.001, 0.001, 0.018, 0.02],
  /** Best class harmless, but one chance in five that it is deadly. */
  doubtfulEdulis: [0.75, 0.02, 0.2, 0.01, 0.01, 0.01],
  bonus: [0.5, 0.47, 0.001, 0.001, 0.018, 0.01],
  letalis: [0.02, 0.02, 0.9, 0.02, 0.02, 0.02],
  ignotus: [0.02, 0.02, 0.02, 0.02, 0.9, 0.02],
  nothing: [0.2, 0.15, 0.2, 0.15, 0.2, 0.1],
  negative: [0.02, 0.02, 0.02, 0.02, 0.02, 0.9],
};

const splitOf = (photos: Parameters<typeof evaluatePhotos>[0]) => {
  const evaluation = evaluatePhotos(photos, model, table);
  expect(() => evaluationSchema.parse(JSON.parse(JSON.stringify(evaluation)))).not.toThrow();
  return evaluation.splits.val!;
};

describe('accuracy', () => {
  it('counts the place of the true species among all classes, over known species only', () => {
    const { top1, top3, photos } = splitOf([
      photoOf('Bonus edulis', named.edulis),
      photoOf('Bonus albus', named.bonus),
      // Third: two classes are above, and one of them is "not a mushroom".
      photoOf('Malus gravis', [0.05, 0.04, 0.3, 0.2, 0.01, 0.4]),
      // Fourth.
      photoOf('Malus gravis', [0.3, 0.04, 0.3, 0.06, 0.01, 0.29]),
      photoOf('Bonus rarus', named.edulis),
      photoOf('Bonus', named.edulis),
    ]);
    expect(top1).toMatchObject({ count: 1, of: 4 });
    expect(top3).toMatchObject({ count: 3, of: 4 });
    expect(photos).toEqual({
      total: 6,
      mushrooms: 6,
      ofSpecies: 5,
      ofKnownSpecies: 4,
      ofUnseenSpecies: 1,
      negatives: 0,
    });
  });

  it('sums the scores of a genus, and leaves out genera without a class', () => {
    const { genus } = splitOf([
      // Malus letalis is the best class, and Bonus the best genus.
      photoOf('Bonus', [0.3, 0.25, 0.35, 0.02, 0.04, 0.04]),
      photoOf('Malus letalis', [0.3, 0.25, 0.35, 0.02, 0.04, 0.04]),
      photoOf('Malus somnians', named.letalis),
      photoOf('Absens durus', named.edulis),
    ]);
    expect(genus).toMatchObject({ count: 2, of: 3 });
  });
});

describe('decisions', () => {
  it('are those that the service would give, and add up', () => {
    const { decisions, rightWhenNamed } = splitOf([
      photoOf('Bonus edulis', named.edulis),
      photoOf('Bonus pallidus', named.edulis),
      photoOf('Bonus rarus', named.bonus),
      photoOf('Malus letalis', named.bonus),
      photoOf('Bonus', named.edulis),
      photoOf('Bonus edulis', named.nothing),
      photoOf('Bonus edulis', named.negative),
      photoOf('not-a-mushroom', named.edulis),
    ]);
    expect(decisions.species).toMatchObject({ count: 3, of: 7 });
    expect(decisions.genus).toMatchObject({ count: 2, of: 7 });
    expect(decisions.uncertain).toMatchObject({ count: 1, of: 7 });
    expect(decisions.notAMushroom).toMatchObject({ count: 1, of: 7 });
    // The photo labelled with a genus can't say whether the species was right.
    expect(rightWhenNamed.species).toMatchObject({ count: 1, of: 2 });
    expect(rightWhenNamed.genus).toMatchObject({ count: 1, of: 2 });
  });

  it('about no mushroom are counted apart', () => {
    const { negativesRejected, decisions } = splitOf([
      photoOf('not-a-mushroom', named.negative),
      photoOf('not-a-mushroom', named.nothing),
      photoOf('Bonus edulis', named.edulis),
    ]);
    expect(negativesRejected).toMatchObject({ count: 1, of: 2 });
    expect(decisions.notAMushroom).toMatchObject({ count: 0, of: 1 });
  });

  it('about species without a class are right where they abstain or stop at the genus', () => {
    const { unseenSpecies } = splitOf([
      photoOf('Bonus rarus', named.nothing),
      photoOf('Absens durus', named.negative),
      photoOf('Bonus rarus', named.bonus),
      photoOf('Bonus rarus', named.edulis),
      photoOf('Absens durus', named.edulis),
      photoOf('Malus somnians', named.bonus),
      photoOf('Malus letalis', named.bonus),
    ]);
    expect(unseenSpecies.abstained).toMatchObject({ count: 2, of: 6 });
    expect(unseenSpecies.rightGenus).toMatchObject({ count: 1, of: 6 });
    expect(unseenSpecies.siblingSpecies).toMatchObject({ count: 1, of: 6 });
    expect(unseenSpecies.wrongGenus).toMatchObject({ count: 2, of: 6 });
  });
});

describe('verdicts', () => {
  it('are compared with a program that believes the best class', () => {
    const { pipeline, argmax } = splitOf([photoOf('Malus letalis', named.doubtfulEdulis)]).verdicts;
    expect(argmax.dangerousCalledHarmless).toMatchObject({ count: 1, of: 1 });
    expect(argmax.costAPhoto).toBe(100);
    expect(pipeline.dangerousCalledHarmless).toMatchObject({ count: 0, of: 1 });
    expect(pipeline.costAPhoto).toBeLessThanOrEqual(1);
  });

  it('count every dangerous species, known to the model or not, by its class', () => {
    const { dangerousCalledHarmless, dangerousCalledHarmlessByClass, dangerousCalledDangerous } = splitOf([
      photoOf('Malus letalis', named.edulis),
      photoOf('Malus letalis', named.letalis),
      photoOf('Malus somnians', named.letalis),
      photoOf('Absens venenatus', named.edulis),
      photoOf('Bonus edulis', named.edulis),
    ]).verdicts.pipeline;
    expect(dangerousCalledHarmless).toMatchObject({ count: 2, of: 4 });
    expect(dangerousCalledHarmlessByClass.deadly).toMatchObject({ count: 1, of: 2 });
    expect(dangerousCalledHarmlessByClass.poisonous).toMatchObject({ count: 1, of: 1 });
    expect(dangerousCalledHarmlessByClass.psychoactive).toMatchObject({ count: 0, of: 1 });
    expect(dangerousCalledDangerous).toMatchObject({ count: 2, of: 4 });
  });

  it('cost what the matrix says, an answer of "unknown" included', () => {
    const { pipeline } = splitOf([
      photoOf('Malus letalis', named.edulis), // 100: dangerous called harmless
      photoOf('Bonus edulis', named.letalis), // 1: harmless called dangerous
      photoOf('Malus letalis', named.negative), // 1: dangerous, answered unknown
      photoOf('Bonus edulis', named.negative), // 0.5: harmless, answered unknown
      photoOf('Bonus edulis', named.edulis), // 0
      photoOf('Malus letalis', named.letalis), // 0
      photoOf('Ignotus ignotus', named.letalis), // not counted: nobody knows
      photoOf('Bonus', named.letalis), // not counted: labelled with a genus
    ]).verdicts;
    expect(pipeline.costAPhoto).toBeCloseTo(102.5 / 6, 10);
    expect(pipeline.harmlessCalledHarmless).toMatchObject({ count: 1, of: 3 });
    expect(pipeline.harmlessCalledDangerous).toMatchObject({ count: 1, of: 3 });
  });

  it('are told of each dangerous species, most dangerous first', () => {
    const { dangerousSpecies } = splitOf([
      photoOf('Absens venenatus', named.edulis),
      photoOf('Absens venenatus', named.negative),
      photoOf('Malus letalis', named.letalis),
      photoOf('Malus letalis', named.doubtfulEdulis),
      photoOf('Malus letalis', named.edulis),
    ]);
    expect(dangerousSpecies).toEqual([
      expect.objectContaining({
        taxon: 'Malus letalis',
        commonName: 'Killer',
        toxicity: 'deadly',
        known: true,
        top1: expect.objectContaining({ count: 1, of: 3 }),
        warned: expect.objectContaining({ count: 2, of: 3 }),
      }),
      expect.objectContaining({
        taxon: 'Absens venenatus',
        known: false,
        top1: expect.objectContaining({ count: 0, of: 2 }),
        warned: expect.objectContaining({ count: 1, of: 2 }),
      }),
    ]);
  });
});

describe('calibration and abstention', () => {
  const photos = [
    photoOf('Bonus edulis', named.edulis),
    photoOf('Malus gravis', named.letalis),
    photoOf('Bonus rarus', named.bonus),
  ];

  it('are measured on known species, on all species and by genus', () => {
    const { calibration } = splitOf(photos);
    expect(calibration.knownSpecies.ece).toBeCloseTo((0.05 + 0.9) / 2, 6);
    expect(calibration.anySpecies.ece).toBeCloseTo((0.05 + 0.9 + 0.5) / 3, 6);
    // 0.96 and 0.97 for Bonus are of one bin with the 0.92 for Malus or not: all three are right.
    expect(calibration.genus.ece).toBeCloseTo((0.04 + 0.08 + 0.03) / 3, 6);
  });

  it('trade answers for accuracy', () => {
    const { abstention } = splitOf(photos);
    expect(abstention.species).toHaveLength(20);
    expect(abstention.species[0]).toEqual({ threshold: 0, coverage: 1, accuracy: 1 / 3 });
    expect(abstention.species[12]).toEqual({ threshold: 0.6, coverage: 2 / 3, accuracy: 0.5 });
    expect(abstention.species[19]).toMatchObject({ threshold: 0.95, accuracy: 1 });
    expect(abstention.genus[0]).toEqual({ threshold: 0, coverage: 1, accuracy: 1 });
  });
});

describe('confusion by genus', () => {
  it('counts what each genus is taken for', () => {
    const { genusConfusion } = splitOf([
      photoOf('Bonus edulis', named.edulis),
      photoOf('Bonus', named.bonus),
      photoOf('Bonus rarus', named.letalis),
      photoOf('Malus letalis', named.letalis),
      photoOf('Malus letalis', named.ignotus),
    ]);
    expect(genusConfusion.genera).toEqual(['Bonus', 'Malus']);
    expect(genusConfusion.pairs).toEqual([
      { actual: 'Bonus', predicted: 'Bonus', count: 2 },
      { actual: 'Bonus', predicted: 'Malus', count: 1 },
      { actual: 'Malus', predicted: 'Malus', count: 1 },
      { actual: 'Malus', predicted: 'another genus', count: 1 },
    ]);
  });
});

describe('an evaluation', () => {
  const photos = [
    photoOf('Bonus edulis', named.edulis, { source: 'wood' }),
    photoOf('Bonus edulis', named.letalis, { source: 'meadow' }),
    photoOf('Bonus edulis', named.edulis, { split: 'train' }),
    photoOf('Bonus edulis', named.letalis, { split: 'field' }),
  ];

  it('keeps splits and sources apart, and leaves out what the model was trained on', () => {
    const { splits, leaves } = evaluatePhotos(photos, model, table);
    expect(splits.val!.photos.total).toBe(2);
    expect(splits.field!.top1).toMatchObject({ count: 0, of: 1 });
    expect(Object.keys(splits.val!.sources)).toEqual(['meadow', 'wood']);
    expect(splits.val!.sources.wood!.top1).toMatchObject({ count: 1, of: 1 });
    expect(leaves).toEqual({ species: 4, otherInGenus: 1, notAMushroom: 1 });
  });

  it('is null for a split without photos', () => {
    expect(evaluatePhotos(photos.slice(0, 1), model, table).splits.field).toBeNull();
  });

  it('is unmoved by the temperature where only order counts, and not where scores do', () => {
    const hot = evaluatePhotos(photos, { ...model, temperature: 3 }, table).splits.val!;
    expect(hot.top1).toEqual(evaluatePhotos(photos, model, table).splits.val!.top1);
    expect(hot.decisions.species.count).toBe(0);
  });

  it('names a label that the species table does not have', () => {
    const stranger = { ...photos[0]!, label: 'Nullus nemo' };
    expect(() => evaluatePhotos([stranger], model, table)).toThrow('Nullus nemo');
  });

  it('refuses logits that do not fit the labels', () => {
    const short = { ...photos[0]!, logits: new Float32Array(labels.length - 1) };
    expect(() => evaluatePhotos([short], model, table)).toThrow(RangeError);
  });
});

describe('the cost curve', () => {
  it('gives fewer harmless verdicts to the dangerous, and to the harmless, the more an error costs', () => {
    const photos = [
      photoOf('Bonus edulis', named.edulis),
      photoOf('Malus letalis', [0.962, 0.01, 0.001, 0.001, 0.006, 0.02]),
      photoOf('Malus letalis', named.letalis),
    ];
    const curve = splitOf(photos).costCurve!;
    expect(curve.map((point) => point.dangerousCalledHarmlessCost)).toEqual([1, 3, 10, 30, 100, 300, 1000]);
    expect(curve[0]).toMatchObject({ dangerousCalledHarmless: 0.5, harmlessCalledHarmless: 1 });
    expect(curve.at(-1)).toMatchObject({ dangerousCalledHarmless: 0, harmlessCalledHarmless: 0 });
  });
});
