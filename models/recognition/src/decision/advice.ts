import type { Verdict } from '../taxonomy/taxon.ts';

const ADVICE: Record<Verdict, string> = {
  deadly:
    'Do not eat it. Mushrooms like this have killed people. If anyone has eaten any of it, call poison help now; do not wait for symptoms.',
  poisonous: 'Do not eat it. If anyone has eaten any of it, call poison help now; do not wait for symptoms.',
  psychoactive:
    'Do not eat it. It acts on the mind, and deadly mushrooms look much like it. If anyone has eaten it, call poison help now.',
  caution:
    'Do not eat it on the strength of this answer. Mushrooms like this make people ill when raw, with alcohol, or when mistaken for another.',
  inedible: 'Not eaten, and its effects are little studied. Do not eat it on the strength of this answer.',
  not_known_poisonous:
    'Not known to be poisonous, but nobody has verified your specimen, and photos cannot. Do not eat it on the strength of this answer.',
  unknown: 'How dangerous it is cannot be told from this. Treat it as poisonous: do not eat it.',
};

export const NOT_A_MUSHROOM_ADVICE =
  'No mushroom was recognised in the photo, so nothing can be said about it. Treat anything you meant to photograph as poisonous.';

/** What to tell somebody who holds a mushroom with this verdict. */
export function adviceFor(verdict: Verdict): string {
  return ADVICE[verdict];
}
