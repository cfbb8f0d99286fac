import type { CostMatrix } from '@mushroom/recognition/bundle/bundle.schema';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { isDangerous, type Verdict } from '@mushroom/recognition/taxonomy/taxon';
import type { Figures, VerdictFigures } from '@mushroom/recognition/bundle/evaluation.schema';
import { costOf, kindOf, type Outcome } from './outcome.ts';
import { shareOf } from '@mushroom/recognition/bundle/proportion';

/** Whether the match names the truth, at the match's rank. False without a match or a truth. */
function isRight({ answer: { match }, truth }: Outcome, table: SpeciesTable): boolean {
  if (!match || !truth) return false;
  return match.rank === 'genus' ? match.taxon === truth.genus : table.find(match.taxon)?.name === truth.name;
}

function genusOfMatch({ answer: { match } }: Outcome, table: SpeciesTable): string | undefined {
  return match?.rank === 'genus' ? match.taxon : match && table.find(match.taxon)?.genus;
}

/** How verdicts do over the photos whose label is a species. */
export function verdictFigures(
  outcomes: readonly Outcome[],
  verdictOf: (outcome: Outcome) => Verdict,
  costs: CostMatrix,
): VerdictFigures {
  const kind = (outcome: Outcome) => kindOf(verdictOf(outcome));
  const ofSpecies = outcomes.filter(({ truth }) => truth?.rank === 'species');
  const dangerous = ofSpecies.filter(({ truth }) => isDangerous(truth!.toxicity));
  const harmless = ofSpecies.filter(({ truth }) => !isDangerous(truth!.toxicity) && truth!.toxicity !== 'unknown');
  const harmlessOfClass = (toxicity: string) =>
    shareOf(
      dangerous.filter(({ truth }) => truth!.toxicity === toxicity),
      (outcome) => kind(outcome) === 'harmless',
    );
  const paid = ofSpecies.flatMap((outcome) => {
    const { toxicity } = outcome.truth!;
    return toxicity === 'unknown' ? [] : [costOf(toxicity, verdictOf(outcome), costs)];
  });
  return {
    dangerousCalledHarmless: shareOf(dangerous, (outcome) => kind(outcome) === 'harmless'),
    dangerousCalledHarmlessByClass: {
      deadly: harmlessOfClass('deadly'),
      poisonous: harmlessOfClass('poisonous'),
      psychoactive: harmlessOfClass('psychoactive'),
    },
    dangerousCalledDangerous: shareOf(dangerous, (outcome) => kind(outcome) === 'dangerous'),
    dangerousCalledUnknown: shareOf(dangerous, (outcome) => kind(outcome) === 'unknown'),
    harmlessCalledHarmless: shareOf(harmless, (outcome) => kind(outcome) === 'harmless'),
    harmlessCalledDangerous: shareOf(harmless, (outcome) => kind(outcome) === 'dangerous'),
    costAPhoto: paid.length === 0 ? null : paid.reduce((sum, cost) => sum + cost, 0) / paid.length,
  };
}

/** The figures of a set of photos: a whole split, or one source of it. */
export function figuresOf(outcomes: readonly Outcome[], costs: CostMatrix, table: SpeciesTable): Figures {
  const mushrooms = outcomes.filter(({ truth }) => truth !== null);
  const ofSpecies = mushrooms.filter(({ truth }) => truth!.rank === 'species');
  const known = ofSpecies.filter(({ photo }) => photo.knownSpecies);
  const unseen = ofSpecies.filter(({ photo }) => !photo.knownSpecies);
  const negatives = outcomes.filter(({ truth }) => truth === null);
  const decided = (name: string) => shareOf(mushrooms, ({ answer }) => answer.decision === name);
  const namedAt = (rank: string) => (outcome: Outcome) => outcome.answer.match?.rank === rank;
  const isNamed = ({ answer }: Outcome) => answer.match !== undefined;
  const inGenus = (outcome: Outcome) => genusOfMatch(outcome, table) === outcome.truth!.genus;

  return {
    photos: {
      total: outcomes.length,
      mushrooms: mushrooms.length,
      ofSpecies: ofSpecies.length,
      ofKnownSpecies: known.length,
      ofUnseenSpecies: unseen.length,
      negatives: negatives.length,
    },
    top1: shareOf(known, ({ place }) => place! <= 1),
    top3: shareOf(known, ({ place }) => place! <= 3),
    genus: shareOf(
      mushrooms.filter(({ knownGenus }) => knownGenus),
      ({ prediction, truth }) => prediction.genus?.taxon === truth!.genus,
    ),
    decisions: {
      species: shareOf(mushrooms, namedAt('species')),
      genus: shareOf(mushrooms, namedAt('genus')),
      uncertain: decided('uncertain'),
      notAMushroom: decided('not_a_mushroom'),
    },
    rightWhenNamed: {
      species: shareOf(ofSpecies.filter(namedAt('species')), (outcome) => isRight(outcome, table)),
      genus: shareOf(mushrooms.filter(namedAt('genus')), (outcome) => isRight(outcome, table)),
    },
    knownSpecies: {
      genus: shareOf(known, ({ prediction, truth }) => prediction.genus?.taxon === truth!.genus),
      identified: shareOf(known, isNamed),
      rightWhenIdentified: shareOf(known.filter(isNamed), (outcome) => isRight(outcome, table)),
    },
    verdicts: {
      pipeline: verdictFigures(outcomes, ({ answer }) => answer.toxicity.verdict, costs),
      argmax: verdictFigures(outcomes, ({ argmaxVerdict }) => argmaxVerdict, costs),
    },
    unseenSpecies: {
      abstained: shareOf(unseen, (outcome) => !isNamed(outcome)),
      rightGenus: shareOf(unseen, (outcome) => namedAt('genus')(outcome) && inGenus(outcome)),
      siblingSpecies: shareOf(unseen, (outcome) => namedAt('species')(outcome) && inGenus(outcome)),
      wrongGenus: shareOf(unseen, (outcome) => isNamed(outcome) && !inGenus(outcome)),
    },
    negativesRejected: shareOf(negatives, ({ answer }) => answer.decision === 'not_a_mushroom'),
  };
}
