import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { summaryOf } from './ask-encodings.ts';
import type { Answer, Answers } from './asking-page.ts';

/** Answers that are not all the same. */
export interface Difference {
  photo: string;
  api: string;
  page: string;
  device: string;
  /** Whether a score is so near its threshold that what is rounded or shrunk otherwise decides. */
  atThreshold: boolean;
  /** Whether one side calls it less dangerous than another. */
  milder: boolean;
}

/** What came of one encoding. */
export interface Compared {
  encoding: string;
  photos: number;
  /** On which all sides give the same decision, match and verdict, or all refuse. */
  same: number;
  /** On which they refuse. */
  refused: number;
  /** Largest difference of the best candidate's score, or of the risk, from the service to the page or the device. */
  largest: number;
  /** Largest difference of a pixel's colour, of 255, between what the service sees and what the page has made of it. */
  levels: number;
  differences: Difference[];
}

export const nothingCompared = (encoding: string): Compared => ({
  encoding,
  photos: 0,
  same: 0,
  refused: 0,
  largest: 0,
  levels: 0,
  differences: [],
});

export interface Thresholds {
  mushroom: number;
  species: number;
  genus: number;
}

/** Within which a score is at its threshold. */
const NEAR = 0.02;
/** Where the verdict's expected costs are even: harmless or unknown, unknown or dangerous (bundle.json, costs). */
const RISKS = [0.005, 1 / 3];

/** From the gravest to the mildest. */
const VERDICTS = ['deadly', 'poisonous', 'psychoactive', 'unknown', 'caution', 'not_known_poisonous'];

/** Puts what was answered on a photo to what came of its encoding. */
export function addTo(compared: Compared, photo: string, { api, page, device }: Answers, thresholds: Thresholds): void {
  const sides = [api, page, device];
  compared.photos++;
  const given = sides.filter((side): side is IdentificationResponse => !('refused' in side));
  if (given.length === 0) compared.refused++;
  for (const side of given.slice(1)) {
    compared.largest = Math.max(
      compared.largest,
      Math.abs(bestOf(side) - bestOf(given[0]!)),
      Math.abs(side.toxicity.risk - given[0]!.toxicity.risk),
    );
  }
  if (new Set(sides.map(summaryOf)).size === 1) {
    compared.same++;
    return;
  }
  compared.differences.push({
    photo,
    api: wordsOf(api),
    page: wordsOf(page),
    device: wordsOf(device),
    atThreshold: given.length === sides.length && isAtThreshold(given, thresholds),
    milder: new Set(given.map(({ toxicity }) => VERDICTS.indexOf(toxicity.verdict))).size > 1,
  });
}

const bestOf = ({ candidates }: IdentificationResponse) => candidates[0]?.score ?? 0;
const bestSpeciesOf = ({ candidates }: IdentificationResponse) =>
  candidates.find(({ rank }) => rank === 'species')?.score ?? 0;

function isAtThreshold(sides: IdentificationResponse[], { mushroom, species, genus }: Thresholds): boolean {
  const isBetween = (threshold: number, scores: number[]) =>
    Math.min(...scores) < threshold &&
    threshold <= Math.max(...scores) &&
    scores.every((score) => Math.abs(score - threshold) <= NEAR);
  const risks = sides.map(({ toxicity }) => toxicity.risk);
  return (
    isBetween(
      mushroom,
      sides.map(({ photos }) => photos[0]!.mushroom),
    ) ||
    isBetween(species, sides.map(bestSpeciesOf)) ||
    isJustReached(genus, sides) ||
    // The verdict also counts what is psychoactive, which the risk does not tell.
    RISKS.some((even) => risks.every((risk) => Math.abs(risk - even) <= Math.min(NEAR, even / 2)))
  );
}

/** Of a genus' score, which is told only where it reaches its threshold. */
function isJustReached(genus: number, sides: IdentificationResponse[]): boolean {
  const reached = sides.flatMap(({ match }) => (match?.rank === 'genus' ? [match.score] : []));
  return reached.length > 0 && reached.every((score) => score - genus <= NEAR);
}

/** An answer with its scores. */
function wordsOf(answer: Answer): string {
  if ('refused' in answer) return `refused: ${answer.refused}`;
  const { match, toxicity, photos } = answer;
  const scores = [
    ...(match ? [`match ${match.score.toFixed(3)}`] : []),
    `best ${bestOf(answer).toFixed(3)}`,
    `mushroom ${photos[0]!.mushroom.toFixed(3)}`,
    `risk ${toxicity.risk.toFixed(4)}`,
  ];
  return `${summaryOf(answer).replaceAll('_', ' ')} (${scores.join(', ')})`;
}
