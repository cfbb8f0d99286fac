/** Toxicity classes, most dangerous first; `unknown` is shown as "do not eat". Source: the order stated with species.csv. */
export const TOXICITIES = ['deadly', 'poisonous', 'psychoactive', 'caution', 'unknown', 'inedible', 'edible'] as const;
export type Toxicity = (typeof TOXICITIES)[number];

/** What an answer may say. There is no "edible": the lowest verdict is `not_known_poisonous`. */
export const VERDICTS = [
  'deadly',
  'poisonous',
  'psychoactive',
  'caution',
  'inedible',
  'not_known_poisonous',
  'unknown',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Rank = 'species' | 'genus';

/** A month range on the northern hemisphere, 1–12; `from > to` wraps the year. */
export interface Season {
  from: number;
  to: number;
}

/** One row of species.csv: the facts on a species or a genus, with the tables that say so. */
export interface Taxon {
  name: string;
  slug: string;
  rank: Rank;
  commonName: string | null;
  genus: string;
  family: string;
  order: string;
  synonyms: string[];
  toxicity: Toxicity;
  toxins: string[];
  syndrome: string | null;
  onsetHours: string | null;
  lookalikes: string[];
  habitat: string[];
  substrate: string[];
  season: Season | null;
  regions: string[];
  sources: string[];
  agreement: string;
  note: string | null;
  /** False where nobody has looked the facts up yet: such a taxon is shown as "do not eat". */
  researched: boolean;
}

/** Poisonings by these end in hospital or worse; all three count as dangerous when errors are costed. */
export function isDangerous(toxicity: Toxicity): boolean {
  return toxicity === 'deadly' || toxicity === 'poisonous' || toxicity === 'psychoactive';
}

/** What may be said of a taxon of this toxicity, taken alone. */
export function verdictOf(toxicity: Toxicity): Verdict {
  return toxicity === 'edible' ? 'not_known_poisonous' : toxicity;
}

/** `Amanita muscaria` → `amanita-muscaria`: the taxon's name in addresses and file names. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
