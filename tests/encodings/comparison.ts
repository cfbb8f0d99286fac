import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { summaryOf } from './ask-encodings.ts';
import type { Answer, Answers } from './asking-page.ts';

/** Answers that are not all the same. */
export interface Difference {
  photo: string;
  api: string;
  page: string;
  device: string;
  /** Whether a score lies so near its threshold that rounding decides. */
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
  differences: Difference[];
}

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
  const summaries = sides.map(summaryOf);
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
  if (new Set(summaries).size === 1) {
    compared.same++;
    return;
  }
  compared.differences.push({
    photo,
    api: wordsOf(api),
    page: wordsOf(page),
    device: wordsOf(device),
    atThreshold: given.length === sides.length && given.some((side) => isAtThreshold(side, thresholds)),
    milder: new Set(given.map(({ toxicity }) => VERDICTS.indexOf(toxicity.verdict))).size > 1,
  });
}

const bestOf = ({ candidates }: IdentificationResponse) => candidates[0]?.score ?? 0;

function isAtThreshold(
  { match, candidates, photos, toxicity }: IdentificationResponse,
  thresholds: Thresholds,
): boolean {
  const species = candidates.find(({ rank }) => rank === 'species')?.score ?? 0;
  const distances = [
    (photos[0]?.mushroom ?? 0) - thresholds.mushroom,
    species - thresholds.species,
    match?.rank === 'genus' ? match.score - thresholds.genus : 1,
    ...RISKS.map((risk) => toxicity.risk - risk),
  ];
  return distances.some((distance) => Math.abs(distance) <= NEAR);
}

/** An answer with its scores. */
function wordsOf(answer: Answer): string {
  if ('refused' in answer) return `refused: ${answer.refused}`;
  return `${summaryOf(answer).replaceAll('_', ' ')} (best ${bestOf(answer).toFixed(3)}, risk ${answer.toxicity.risk.toFixed(4)})`;
}
