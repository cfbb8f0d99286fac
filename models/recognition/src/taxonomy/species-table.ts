import { parse } from 'csv-parse/sync';
import { slugOf, TOXICITIES, type Season, type Taxon, type Toxicity } from './taxon.ts';

/** The species table with its lookups; made once, never changed. */
export interface SpeciesTable {
  taxa: readonly Taxon[];
  /** By accepted name, then by synonym; undefined where the table has neither. */
  find(name: string): Taxon | undefined;
  findBySlug(slug: string): Taxon | undefined;
  /** The species rows of a genus, most dangerous first. */
  speciesOf(genus: string): readonly Taxon[];
  /**
   * The class of a genus's worst member: what a genus-level answer must warn of.
   * `unknown` for a genus the table does not have.
   */
  worstOfGenus(genus: string): Toxicity;
  familyOf(genus: string): string | null;
}

type Row = Record<string, string>;

const severity = (toxicity: Toxicity) => TOXICITIES.indexOf(toxicity);

function listed(cell: string | undefined, separator: string | RegExp = '|'): string[] {
  return (cell ?? '')
    .split(separator)
    .map((item) => item.trim())
    .filter(Boolean);
}

function seasonFrom(cell: string | undefined): Season | null {
  const match = /^(\d{1,2})-(\d{1,2})$/.exec(cell ?? '');
  return match ? { from: Number(match[1]), to: Number(match[2]) } : null;
}

function taxonFrom(row: Row, line: number): Taxon {
  const name = row.scientific_name;
  const toxicity = row.toxicity as Toxicity;
  if (!name || !row.genus) throw new Error(`species table, line ${line}: a name and a genus are needed`);
  if (!TOXICITIES.includes(toxicity)) {
    throw new Error(`species table, line ${line}: "${row.toxicity}" is not a toxicity class`);
  }
  return {
    name,
    slug: slugOf(name),
    rank: row.rank === 'genus' ? 'genus' : 'species',
    commonName: row.common_name || null,
    genus: row.genus,
    family: row.family ?? '',
    order: row.order ?? '',
    synonyms: listed(row.synonyms),
    toxicity,
    toxins: listed(row.toxins),
    syndrome: row.syndrome || null,
    onsetHours: row.onset_hours || null,
    lookalikes: listed(row.lookalikes),
    habitat: listed(row.habitat, /[,;|]/),
    substrate: listed(row.substrate),
    season: seasonFrom(row.season_months_north),
    regions: listed(row.regions),
    sources: listed(row.sources),
    agreement: row.agreement ?? '',
    note: row.note || null,
    researched: !(row.note ?? '').startsWith('added with the photos'),
  };
}

/**
 * Reads species.csv (text, not a path: the browser has no files).
 * @throws Error naming the line where a row has no name, no genus or an unknown toxicity class.
 */
export function parseSpeciesTable(csv: string): SpeciesTable {
  const rows = parse(csv, { columns: true, bom: true, skip_empty_lines: true }) as Row[];
  return speciesTableOf(rows.map((row, index) => taxonFrom(row, index + 2)));
}

/** The lookups over rows that are already taxa. */
export function speciesTableOf(taxa: readonly Taxon[]): SpeciesTable {
  const byName = new Map<string, Taxon>();
  const bySlug = new Map<string, Taxon>();
  const byGenus = new Map<string, Taxon[]>();
  for (const taxon of taxa) {
    byName.set(taxon.name, taxon);
    bySlug.set(taxon.slug, taxon);
    byGenus.set(taxon.genus, [...(byGenus.get(taxon.genus) ?? []), taxon]);
  }
  for (const taxon of taxa) {
    for (const synonym of taxon.synonyms) if (!byName.has(synonym)) byName.set(synonym, taxon);
  }
  for (const members of byGenus.values()) {
    members.sort((a, b) => severity(a.toxicity) - severity(b.toxicity) || a.name.localeCompare(b.name));
  }
  return {
    taxa,
    find: (name) => byName.get(name),
    findBySlug: (slug) => bySlug.get(slug),
    speciesOf: (genus) => (byGenus.get(genus) ?? []).filter((taxon) => taxon.rank === 'species'),
    worstOfGenus: (genus) => byGenus.get(genus)?.[0]?.toxicity ?? 'unknown',
    familyOf: (genus) => byGenus.get(genus)?.find((taxon) => taxon.family)?.family ?? null,
  };
}
