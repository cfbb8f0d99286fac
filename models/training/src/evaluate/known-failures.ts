import { isDangerous, verdictOf } from '@mushroom/recognition/taxonomy/taxon';
import { kindOf, type Outcome } from './outcome.ts';
import { wordsOf } from './verdict-words.ts';

/** Ways to be wrong, gravest first. */
export const FAILURES = [
  'called less than dangerous',
  'a dangerous one named as another species',
  'named as another species',
  'taken for no mushroom',
  'a harmless one called dangerous',
] as const;
export type Failure = (typeof FAILURES)[number];

/** Author and licence of a photo that may be shown. */
export interface Credit {
  author: string;
  licence: string;
  page: string;
}

/** The gravest way in which an answer is wrong; undefined where it is right, or where it says that it does not know. */
export function failureOf({ truth, answer }: Outcome): Failure | undefined {
  if (!truth) return undefined;
  const verdict = kindOf(answer.toxicity.verdict);
  const namedWrongly =
    answer.match !== undefined &&
    (answer.match.rank === 'species' ? answer.match.taxon !== truth.name : answer.match.taxon !== truth.genus);
  if (isDangerous(truth.toxicity) && verdict === 'harmless') return 'called less than dangerous';
  if (isDangerous(truth.toxicity) && namedWrongly) return 'a dangerous one named as another species';
  if (namedWrongly) return 'named as another species';
  if (answer.decision === 'not_a_mushroom') return 'taken for no mushroom';
  if (truth.toxicity === 'edible' && verdict === 'dangerous') return 'a harmless one called dangerous';
  return undefined;
}

/**
 * A page in Markdown that shows what a model gets wrong, with pictures.
 *
 * @param model name and version.
 * @param credits by the photo's path, which is also where the picture is, from `root`.
 * @param root the way from the page's folder to the photos' paths.
 * @param each at most so many pictures of a kind.
 */
export function failuresPage(
  model: string,
  outcomes: readonly Outcome[],
  credits: ReadonlyMap<string, Credit>,
  root: string,
  each: number,
): string {
  const failed = outcomes.map((outcome) => ({ outcome, failure: failureOf(outcome) }));
  const sections = FAILURES.map((kind) => {
    const members = failed
      .filter(({ failure }) => failure === kind)
      .map(({ outcome }) => outcome)
      .sort((a, b) => (b.answer.match?.score ?? 0) - (a.answer.match?.score ?? 0));
    const rows = members.slice(0, each).map((outcome) => rowOf(outcome, credits, root));
    const heading = `## ${kind[0]!.toUpperCase()}${kind.slice(1)}: ${members.length} of ${outcomes.length}`;
    if (rows.length === 0) return `${heading}\n\nNone of these photos.`;
    const more = members.length > each ? `\n\nThe surest ${each} of ${members.length}.` : '';
    return `${heading}\n\n| photo | it is | it was called | verdict | by |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}${more}`;
  });
  return `# Known failures of ${model}

What the model gets wrong among the ${outcomes.length} photos that are shipped with the project. It was not given these files to learn from,
but a few of them were among its training data under other names, smaller: those with \`images/…\` in the column \`copy_of\` of
models/data/licensed-views.csv. Written by \`npm run mushroom -- failures\`. How often it is wrong on more photos is in its model card.

${sections.join('\n\n')}
`;
}

function rowOf({ photo, truth, answer }: Outcome, credits: ReadonlyMap<string, Credit>, root: string): string {
  const credit = credits.get(photo.path);
  if (!credit) throw new Error(`${photo.path} has no author and licence: it may not be shown`);
  const { match, toxicity } = answer;
  const called = match ? `*${match.taxon}*${match.rank === 'genus' ? ' (genus)' : ''}, ${percent(match.score)}` : '–';
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
  return `| <img src="${root}${photo.path}" width="140" alt="${truth!.name}"> | *${truth!.name}*: ${wordsOf(verdictOf(truth!.toxicity))} | ${called} | ${wordsOf(
    toxicity.verdict,
  )} | [${cell(credit.author) || 'see source page'}](${credit.page}), ${cell(credit.licence)} |`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
