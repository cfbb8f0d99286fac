import type { Verdict } from '@mushroom/models/taxonomy/taxon';

/** How a verdict is worded. No verdict may say or sound "safe" or "edible". */
export const VERDICT_WORDS: Record<Verdict, { name: string; meaning: string }> = {
  deadly: { name: 'Deadly', meaning: 'Eating it can kill. Feeling well for hours afterwards proves nothing.' },
  poisonous: { name: 'Poisonous', meaning: 'Eating it makes people ill, some of them seriously.' },
  psychoactive: { name: 'Psychoactive', meaning: 'It acts on the mind, and is a poisoning when eaten unawares.' },
  caution: { name: 'Caution', meaning: 'It makes some people ill, or all of them when raw, old or badly prepared.' },
  inedible: { name: 'Inedible', meaning: 'Not a food: tough, bitter, or never studied as one.' },
  not_known_poisonous: {
    name: 'Not known to be poisonous, unverified',
    meaning: 'That is no permission to eat it: a photo can’t rule out a poisonous double.',
  },
  unknown: { name: 'Unknown: do not eat', meaning: 'Nobody can say from this how dangerous it is.' },
};

/** Most dangerous first. */
export const VERDICTS_BY_DANGER = Object.keys(VERDICT_WORDS) as Verdict[];
