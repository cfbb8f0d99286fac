import type { Label } from '../bundle/bundle.schema.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import type { Season, Taxon } from '../taxonomy/taxon.ts';
import type { Distribution } from '../decision/distribution.ts';

/** When and where a specimen was found. */
export interface Find {
  /** 1–12, as it would be on the northern hemisphere. */
  month?: number;
  /** In a few words. */
  habitat?: string;
}

/** What a species that does not fit is weighed by: from 1, which changes nothing, down to but never 0. */
export interface SeasonWeights {
  outOfSeason: number;
  outOfHabitat: number;
}

/** What mushrooms grow on or among, as coarsely as a person who is no botanist tells it. */
type Ground = 'broadleaf' | 'conifer' | 'wood' | 'grass' | 'chips' | 'dung';

/**
 * Words of the table's habitats, substrates and of what people say → grounds. A mushroom of dead wood is met in any
 * woodland, and dung lies in pastures. What has no row (rock, "varied") says nothing.
 */
const GROUNDS: readonly (readonly [RegExp, readonly Ground[]])[] = [
  [/broadleaf|oak|beech|birch|lime|eucalypt|poplar|alder|hazel|olive/, ['broadleaf']],
  [/conifer|pine|spruce|larch|fir\b/, ['conifer']],
  [/mixed woodland|^woodland|forest|leaf litter|\bmoss\b/, ['broadleaf', 'conifer']],
  [/dead wood|dead broadleaf wood|bark|living trees|stump|^wood$|log/, ['wood', 'broadleaf', 'conifer']],
  [/grass|lawn|meadow|pasture|sand dunes/, ['grass']],
  [/park|garden/, ['grass', 'broadleaf', 'conifer', 'chips']],
  [/woodchip|mulch|compost/, ['chips']],
  [/dung|manure/, ['dung', 'grass']],
];

/** A person who says "dead wood" or "dung" means that, not the wood around it. */
const SAID: readonly (readonly [RegExp, readonly Ground[]])[] = [
  [/dead wood|stump|log/, ['wood']],
  [/dung|manure/, ['dung']],
];

function groundsIn(words: readonly string[], rows: typeof GROUNDS): Set<Ground> {
  return new Set(words.flatMap((word) => rows.flatMap(([pattern, grounds]) => (pattern.test(word) ? grounds : []))));
}

function groundsSaid(habitat: string): Set<Ground> {
  const words = [habitat.toLowerCase()];
  const exact = groundsIn(words, SAID);
  return exact.size > 0 ? exact : groundsIn(words, GROUNDS);
}

function groundsOf({ habitat, substrate }: Taxon): Set<Ground> {
  // "Soil" is everywhere and "other" nowhere; a mushroom that also grows elsewhere is not tied to its words.
  if (habitat.includes('varied')) return new Set();
  return groundsIn(
    [...habitat, ...substrate].map((word) => word.toLowerCase()),
    GROUNDS,
  );
}

/** Months between a month and a season, the shorter way round the year; 0 within it. */
export function monthsOutside({ from, to }: Season, month: number): number {
  const after = (a: number, b: number) => (b - a + 12) % 12;
  if (after(from, month) <= after(from, to)) return 0;
  return Math.min(after(month, from), after(to, month));
}

/** Seasons differ by climate and year: a month before or after the table's is no contradiction. */
const TOLERATED_MONTHS = 1;

/** Whether a species may be met then; true where the table does not know its season. */
export function fitsMonth({ season }: Pick<Taxon, 'season'>, month: number): boolean {
  return !season || monthsOutside(season, month) <= TOLERATED_MONTHS;
}

/** Whether a species may be met there; true where its habitat or what was said tells nothing. */
export function fitsHabitat(taxon: Taxon, habitat: string): boolean {
  const said = groundsSaid(habitat);
  const own = groundsOf(taxon);
  return said.size === 0 || own.size === 0 || [...own].some((ground) => said.has(ground));
}

function weightOf(taxon: Taxon, { month, habitat }: Find, weights: SeasonWeights): number {
  const season = month === undefined || fitsMonth(taxon, month) ? 1 : weights.outOfSeason;
  const ground = habitat === undefined || fitsHabitat(taxon, habitat) ? 1 : weights.outOfHabitat;
  return season * ground;
}

/**
 * A weight a leaf, for one find. A leaf for the rest of a genus has the mean weight of the species that it stands for;
 * where the table has none of them, and for "not a mushroom", the weight is 1.
 */
export function leafWeights(
  labels: readonly Label[],
  table: SpeciesTable,
  find: Find,
  weights: SeasonWeights,
): Float64Array {
  const leaves = new Set(labels.flatMap((label) => (label.kind === 'species' ? [label.taxon] : [])));
  const taxaOf = (label: Label): Taxon[] => {
    if (label.kind === 'not_a_mushroom') return [];
    if (label.kind === 'other_in_genus') return table.speciesOf(label.genus).filter(({ name }) => !leaves.has(name));
    const taxon = table.find(label.taxon);
    return taxon ? [taxon] : [];
  };
  return Float64Array.from(labels, (label) => {
    const taxa = taxaOf(label);
    return taxa.length === 0 ? 1 : taxa.reduce((sum, taxon) => sum + weightOf(taxon, find, weights), 0) / taxa.length;
  });
}

/**
 * The distribution with its leaves weighed. The mass on mushrooms stays as it was: a month says nothing of whether
 * this is one.
 */
export function weigh(distribution: Distribution, labels: readonly Label[], weights: Float64Array): Distribution {
  const isMushroom = labels.map((label) => label.kind !== 'not_a_mushroom');
  const massOf = (of: Distribution) => of.reduce((sum, value, leaf) => (isMushroom[leaf] ? sum + value : sum), 0);
  const weighed = distribution.map((probability, leaf) => probability * weights[leaf]!);
  const mass = massOf(weighed);
  if (mass === 0) return distribution;
  const scale = massOf(distribution) / mass;
  return weighed.map((value, leaf) => (isMushroom[leaf] ? value * scale : distribution[leaf]!));
}
