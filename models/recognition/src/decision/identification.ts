import type { Rank, Verdict } from '../taxonomy/taxon.ts';

/** Parts of a mushroom that a photo may show; what a mycologist would ask to see. */
export const VIEWS = ['whole', 'cap', 'gills', 'stem_base', 'cut', 'habitat'] as const;
export type View = (typeof VIEWS)[number];

export const REASONS = ['low_confidence', 'not_a_mushroom'] as const;
export type Reason = (typeof REASONS)[number];

export interface Match {
  taxon: string;
  rank: Rank;
  commonName: string | null;
  /** Calibrated probability that the match is right at its rank. */
  score: number;
}

export interface Candidate extends Match {
  toxicity: Verdict;
}

export interface Lookalike {
  taxon: string;
  commonName: string | null;
  toxicity: Verdict;
}

/** The answer about one specimen, from one to five photos of it. */
export interface Identification {
  decision: 'identified' | 'uncertain' | 'not_a_mushroom';
  reason?: Reason;
  /** Only where `decision` is `identified`. */
  match?: Match;
  toxicity: {
    verdict: Verdict;
    /** Probability that the specimen is of a poisonous or deadly taxon. */
    risk: number;
    toxins: string[];
    advice: string;
  };
  /** The five best, best first; their scores sum to at most 1. */
  candidates: Candidate[];
  /** Dangerous mushrooms this one is confused with, most dangerous first. */
  lookalikes: Lookalike[];
  /** Views that would make the answer surer, most useful first. */
  nextViews: View[];
  photos: { score: number; mushroom: number }[];
}
