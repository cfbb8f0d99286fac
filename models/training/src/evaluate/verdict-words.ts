import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';

/** Each verdict in words. None says that a mushroom may be eaten. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  deadly: 'deadly',
  poisonous: 'poisonous',
  psychoactive: 'psychoactive',
  caution: 'caution',
  inedible: 'inedible',
  not_known_poisonous: 'not known to be poisonous, unverified',
  unknown: 'unknown',
};
