import { describe, expect, it } from 'vitest';
import { decide } from '@mushroom/recognition/decision/decide';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { labels, model, photoOf, table } from '../evaluate/testing/synthetic-photos.ts';
import { chooseThresholds } from './thresholds.ts';

const { thresholds: _, ...scored } = model;
const times = <T>(count: number, item: T) => Array.from({ length: count }, () => item);

/** A photo on which *Bonus edulis* has this score, *Bonus pallidus* another, and all else shares the rest. */
function photoWith(label: string, edulis: number, pallidus: number) {
  const rest = (1 - edulis - pallidus) / 4;
  return photoOf(label, [edulis, pallidus, rest, rest, rest, rest]);
}
const evenly = (label: string, edulis: number) => photoWith(label, edulis, (1 - edulis) / 5);

describe('the species threshold', () => {
  it('is the smallest score from which nine of ten answers are right', () => {
    // From 0.8: 20 of 20. From 0.7: 27 of 30. From 0.6: 27 of 40.
    const photos = [
      ...times(20, evenly('Bonus edulis', 0.8)),
      ...times(7, evenly('Bonus edulis', 0.7)),
      ...times(3, evenly('Bonus pallidus', 0.7)),
      ...times(10, evenly('Bonus pallidus', 0.6)),
    ];
    expect(chooseThresholds(photos, scored, table).species).toBeCloseTo(0.7, 6);
  });

  it('lets answers of one score pass together', () => {
    // Three wrong answers among ten of one score: whichever comes first, the score must not pass.
    const photos = [
      ...times(20, evenly('Bonus edulis', 0.8)),
      ...times(6, evenly('Bonus edulis', 0.7)),
      ...times(4, evenly('Bonus pallidus', 0.7)),
    ];
    expect(chooseThresholds(photos, scored, table).species).toBeCloseTo(0.8, 6);
  });

  it('counts a species that the model does not have as wrong', () => {
    const photos = [...times(20, evenly('Bonus edulis', 0.8)), ...times(10, evenly('Bonus rarus', 0.7))];
    expect(chooseThresholds(photos, scored, table).species).toBeCloseTo(0.8, 6);
  });

  it('does not judge species by photos that are labelled with a genus', () => {
    const photos = [...times(20, evenly('Bonus edulis', 0.8)), ...times(50, evenly('Bonus', 0.9))];
    expect(chooseThresholds(photos, scored, table).species).toBeCloseTo(0.8, 6);
  });

  it('knows a label by its synonym', () => {
    const pallidus = photoOf('Bonus albus', [0.04, 0.8, 0.04, 0.04, 0.04, 0.04]);
    expect(chooseThresholds(times(20, pallidus), scored, table).species).toBeCloseTo(0.8, 6);
  });

  it('makes the decision answer at exactly the score it was put at', () => {
    const photos = times(20, evenly('Bonus edulis', 0.7123));
    const thresholds = chooseThresholds(photos, scored, table);
    expect(decide([photos[0]!.logits], { ...model, thresholds }, table).match?.taxon).toBe('Bonus edulis');
  });
});

describe('photos of other sources', () => {
  const val = times(40, evenly('Bonus edulis', 0.6));

  it('raise the species threshold until their answers are right nine times of ten', () => {
    // From 0.8: 20 of 20. From 0.7: 25 of 30.
    const elsewhere = [
      ...times(20, evenly('Bonus edulis', 0.8)),
      ...times(5, evenly('Bonus edulis', 0.7)),
      ...times(5, evenly('Bonus pallidus', 0.7)),
    ];
    expect(chooseThresholds(val, scored, table).species).toBeCloseTo(0.6, 6);
    expect(chooseThresholds(val, scored, table, elsewhere).species).toBeCloseTo(0.8, 6);
  });

  it('never lower it', () => {
    const sure = times(40, evenly('Bonus edulis', 0.5));
    expect(chooseThresholds(val, scored, table, sure).species).toBeCloseTo(0.6, 6);
  });

  it('have no say where their species have no class', () => {
    const strangers = times(40, evenly('Bonus rarus', 0.9));
    expect(chooseThresholds(val, scored, table, strangers).species).toBeCloseTo(0.6, 6);
  });
});

describe('the genus threshold', () => {
  it('is the smallest summed score from which nine of ten genera are right, of mushrooms without a species', () => {
    const photos = [
      // Named as a species: of no account for the genus. With them, 77 of 85 genera would be right from 0.8.
      ...times(30, evenly('Bonus edulis', 0.9)),
      // No species from 0.5 or 0.45, but the genus: 25 of 25 from 0.9, and 47 of 55 from 0.8.
      ...times(25, photoWith('Bonus pallidus', 0.5, 0.4)),
      ...times(22, photoWith('Bonus pallidus', 0.45, 0.35)),
      ...times(8, photoWith('Malus letalis', 0.45, 0.35)),
    ];
    const { species, genus } = chooseThresholds(photos, scored, table);
    expect(species).toBeCloseTo(0.9, 6);
    expect(genus).toBeCloseTo(0.9, 6);
  });

  it('takes photos labelled with a genus too', () => {
    const photos = times(25, photoWith('Bonus', 0.45, 0.35));
    expect(chooseThresholds(photos, scored, table).genus).toBeCloseTo(0.8, 6);
  });
});

describe('the mushroom threshold', () => {
  const withMushroomMass = (mass: number) => photoOf('Bonus edulis', [...times(5, mass / 5), 1 - mass]);

  const negativeWithMass = (mass: number) => photoOf('not-a-mushroom', [...times(5, mass / 5), 1 - mass]);
  const rejected = (photos: EvaluatedPhoto[], mushroom: number) =>
    photos.filter(
      ({ logits }) =>
        decide([logits], { ...model, thresholds: { mushroom, species: 1, genus: 1 } }, table).decision ===
        'not_a_mushroom',
    ).length;

  it('turns away 98 % of the photos of none, and no more mushrooms than that takes', () => {
    const photos = times(200, withMushroomMass(0.9));
    const negatives = Array.from({ length: 100 }, (_, index) => negativeWithMass(0.001 + index * 0.005));
    const { mushroom } = chooseThresholds([...photos, ...negatives], scored, table);
    expect(rejected(negatives, mushroom)).toBe(98);
    expect(rejected(photos, mushroom)).toBe(0);
  });

  it('turns away one mushroom of a hundred at most, whatever that lets pass', () => {
    const photos = Array.from({ length: 200 }, (_, index) => withMushroomMass(0.2 + index * 0.003));
    const negatives = times(50, negativeWithMass(0.7));
    const { mushroom } = chooseThresholds([...photos, ...negatives], scored, table);
    expect(mushroom).toBeCloseTo(0.2 + 2 * 0.003, 6);
    expect(rejected(photos, mushroom)).toBe(2);
    expect(rejected(negatives, mushroom)).toBe(0);
  });

  it('turns away two of a hundred mushrooms of other sources at most', () => {
    const photos = times(200, withMushroomMass(0.99));
    const negatives = times(50, negativeWithMass(0.7));
    const elsewhere = Array.from({ length: 100 }, (_, index) => withMushroomMass(0.2 + index * 0.006));
    const { mushroom } = chooseThresholds([...photos, ...negatives], scored, table, elsewhere);
    expect(rejected(elsewhere, mushroom)).toBe(2);
    expect(rejected(negatives, mushroom)).toBe(0);
  });
});

describe('too few photos', () => {
  it('give the thresholds that calibration promises, and none that hang on a photo', () => {
    const fallback = { mushroom: 0.5, species: 0.9, genus: 0.9 };
    expect(chooseThresholds([], scored, table)).toEqual(fallback);
    expect(chooseThresholds(times(19, evenly('Bonus edulis', 0.7)), scored, table)).toEqual(fallback);
  });

  it('give no mushroom threshold of their own to a model of mushrooms only', () => {
    const mushroomsOnly = { ...scored, labels: labels.slice(0, -1) };
    const photo = evenly('Bonus edulis', 0.9);
    const photos = times(200, { ...photo, logits: photo.logits.slice(0, -1) });
    expect(chooseThresholds(photos, mushroomsOnly, table).mushroom).toBe(0.5);
  });
});

it('names a label that the species table does not have', () => {
  const photo = { ...evenly('Bonus edulis', 0.9), label: 'Nullus nemo' };
  expect(() => chooseThresholds([photo], scored, table)).toThrow('Nullus nemo');
});
