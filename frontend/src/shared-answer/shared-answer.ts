import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';

type Named = { taxon: string; rank: 'species' | 'genus'; score: number };
type Danger = IdentificationResponse['toxicity']['verdict'];

/**
 * An answer as it is kept or passed on: what it says, when, and by which model. No place, no file name, no photo unless
 * the person put one in, and no free text, which a forged link could use to talk somebody into eating a mushroom.
 */
export interface SharedAnswer {
  format: 1;
  /** Day of the answer, such as 2026-11-23. */
  day: string;
  model: { name: string; version: string };
  decision: IdentificationResponse['decision'];
  match?: Named;
  verdict: Danger;
  risk: number;
  candidates: (Named & { toxicity: Danger })[];
  lookalikes: { taxon: string; toxicity: Danger }[];
  nextViews: IdentificationResponse['nextViews'];
  /** A small JPEG in base64. */
  picture?: string;
}

const rounded = (score: number) => Math.round(score * 1000) / 1000;

/**
 * @param day the day of the answer, by the device's clock.
 * @param picture a small JPEG in base64, only where the person wants it in.
 */
export function sharedAnswerOf(answer: IdentificationResponse, day: Date, picture?: string): SharedAnswer {
  const { model, decision, match, toxicity, candidates, lookalikes, nextViews } = answer;
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return {
    format: 1,
    day: `${day.getFullYear()}-${twoDigits(day.getMonth() + 1)}-${twoDigits(day.getDate())}`,
    model: { name: model.name, version: model.version },
    decision,
    ...(match && { match: { taxon: match.taxon, rank: match.rank, score: rounded(match.score) } }),
    verdict: toxicity.verdict,
    risk: rounded(toxicity.risk),
    candidates: candidates.map(({ taxon, rank, score, toxicity: danger }) => ({
      taxon,
      rank,
      score: rounded(score),
      toxicity: danger,
    })),
    lookalikes: lookalikes.map(({ taxon, toxicity: danger }) => ({ taxon, toxicity: danger })),
    nextViews,
    ...(picture !== undefined && { picture }),
  };
}

/** A picture of a shared answer as an address that an image can have. */
export function pictureAddress(picture: string): string {
  return `data:image/jpeg;base64,${picture}`;
}
