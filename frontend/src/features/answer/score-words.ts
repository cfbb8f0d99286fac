export type Sureness = 'very' | 'fairly' | 'notVery' | 'unsure';

/**
 * How sure to sound. A score is calibrated on photos like those that were learned from; where it was measured on other
 * people's photos how often such a name is right, the lower of the two counts.
 * @param score 0…1.
 * @param accuracy 0…1; null where it was not measured.
 */
export function sureness(score: number, accuracy: number | null): Sureness {
  const share = Math.min(score, accuracy ?? score);
  if (share >= 0.9) return 'very';
  if (share >= 0.7) return 'fairly';
  if (share >= 0.5) return 'notVery';
  return 'unsure';
}
