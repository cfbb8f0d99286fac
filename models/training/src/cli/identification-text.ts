import type { Identification, Match, Reason } from '@mushroom/recognition/decision/identification';
import { wordsOf } from '../evaluate/verdict-words.ts';

const ABSTAINING: Record<Reason, string> = {
  low_confidence: 'the photos fit several mushrooms, none of them well enough to name one',
  not_a_mushroom: 'no mushroom was recognised in the photos',
};

/** What to do after eating a mushroom that nobody knows: on every answer, whatever it says. */
export const POISON_HELP =
  'If anyone has eaten an unknown mushroom: call a poison centre or the emergency number now. Do not wait for signs of illness: with the deadliest mushrooms they come 6 to 24 hours late, when the harm is done. Keep a sample of what is left (mushrooms, peelings, the meal, vomit), in paper, not in plastic.';

/** An answer as text for a terminal. */
export function identificationText(answer: Identification): string {
  const { decision, reason, match, toxicity, candidates, lookalikes } = answer;
  const lines = [
    `decision: ${decision.replaceAll('_', ' ')}`,
    ...(match ? [`match: ${named(match)}, ${percent(match.score)}`] : []),
    ...(match?.rank === 'genus' ? ['which species of it can’t be told from these photos'] : []),
    ...(reason ? [`why no name: ${ABSTAINING[reason]}`] : []),
    `verdict: ${wordsOf(toxicity.verdict)}. ${toxicity.advice}`,
    ...(toxicity.toxins.length > 0 ? [`known to hold: ${toxicity.toxins.join(', ')}`] : []),
    `risk that it is poisonous or deadly: ${percent(toxicity.risk)} (of the mushrooms that the model knows: a low number is no permission to eat it)`,
    ...listed('dangerous look-alikes', lookalikes, (one) => `${named(one)}: ${wordsOf(one.toxicity)}`),
    ...listed('what it may be', candidates, (one) => {
      return `${named(one)}, ${percent(one.score)}: ${wordsOf(one.toxicity)}`;
    }),
    '',
    'Never eat a mushroom because of this answer.',
    POISON_HELP,
  ];
  return lines.join('\n');
}

function listed<T>(heading: string, items: readonly T[], line: (item: T) => string): string[] {
  return items.length === 0 ? [] : [`${heading}:`, ...items.map((item) => `  ${line(item)}`)];
}

function named({ taxon, commonName, rank }: Pick<Match, 'taxon' | 'commonName'> & Partial<Match>): string {
  return `${taxon}${rank === 'genus' ? ' (genus)' : ''}${commonName ? `, ${commonName}` : ''}`;
}

/** No estimate is so sure that it could be called none or all. */
function percent(share: number): string {
  if (share < 0.001) return 'below 0.1 %';
  if (share > 0.999) return 'above 99.9 %';
  return `${(share * 100).toFixed(1)} %`;
}
