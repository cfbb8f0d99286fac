import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';

/** A verdict in words. None says that a mushroom may be eaten. */
export function wordsOf(verdict: Verdict): string {
  return verdict === 'not_known_poisonous' ? 'not known to be poisonous, unverified' : verdict;
}
