import { describe, expect, it } from 'vitest';
import { decide } from '@mushroom/recognition/decision/decide';
import { chooseRiskTemperature } from './risk-temperature.ts';
import { model, photoOf, table } from '../evaluate/testing/synthetic-photos.ts';

/** A killer that looks like *Bonus edulis*: this much of the mass is where it belongs. */
const mistaken = (danger: number) =>
  photoOf('Malus letalis', [0.99 - danger, 0.004, danger / 2, danger / 2, 0.003, 0.003]);
const recognised = photoOf('Malus letalis', [0.004, 0.004, 0.98, 0.004, 0.004, 0.004]);

const verdictAt = (riskTemperature: number, photo: ReturnType<typeof mistaken>) =>
  decide([photo.logits], { ...model, riskTemperature }, table).toxicity.verdict;

describe('the temperature of danger', () => {
  it('is as sharp as leaves no dangerous mushroom a harmless verdict', () => {
    const chosen = chooseRiskTemperature(model, table, 1, [mistaken(0.02), recognised]);
    expect(chosen).toBeLessThan(1);
    expect(verdictAt(chosen, mistaken(0.02))).not.toBe('not_known_poisonous');
    expect(verdictAt(chosen / 1.03, mistaken(0.02))).toBe('not_known_poisonous');
  });

  it('is softer than the likeliest where that calls a dangerous mushroom harmless', () => {
    expect(verdictAt(1, mistaken(0.002))).toBe('not_known_poisonous');
    const chosen = chooseRiskTemperature(model, table, 1, [mistaken(0.002), recognised]);
    expect(chosen).toBeGreaterThan(1);
    expect(verdictAt(chosen, mistaken(0.002))).not.toBe('not_known_poisonous');
  });

  it('is not held up by photos that are labelled with a genus, whose worst member need not be what they show', () => {
    const ofGenus = { ...mistaken(0.002), label: 'Malus' };
    const without = chooseRiskTemperature(model, table, 1, [mistaken(0.02), recognised]);
    expect(chooseRiskTemperature(model, table, 1, [mistaken(0.02), recognised, ofGenus])).toBe(without);
  });

  it('is the likeliest where nothing is dangerous', () => {
    const harmless = photoOf('Bonus edulis', [0.95, 0.01, 0.01, 0.01, 0.01, 0.01]);
    expect(chooseRiskTemperature(model, table, 0.8, [harmless])).toBe(0.8);
  });
});
