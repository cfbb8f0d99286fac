import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** A name that people use for a taxon. English ones are in species.csv; these are the others. */
export interface CommonName {
  /** BCP 47. */
  language: string;
  name: string;
  /** The one to show first in its language. */
  preferred: boolean;
  /** Where it was found, as listed in docs/common-names.md. */
  sources: string[];
}

/** The common names with their lookups; made once, never changed. */
export interface CommonNames {
  /** Taxa that have one. */
  taxa: readonly string[];
  languages: readonly string[];
  /** All of a taxon, by language, the preferred one first; none for a taxon that has none. */
  of(taxon: string): readonly CommonName[];
  /** Taxon → the name to show in a language. */
  preferredIn(language: string): ReadonlyMap<string, string>;
}

const rowSchema = z.object({
  scientific_name: z.string().trim().min(1),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/),
  name: z.string().trim().min(1),
  preferred: z.enum(['0', '1']),
  source: z.string().regex(/^[a-z0-9-]+(\|[a-z0-9-]+)*$/),
});

/** Of two names of a language, the one to show comes first; the order of the file is kept otherwise. */
const byLanguage = (a: CommonName, b: CommonName) =>
  a.language === b.language ? Number(b.preferred) - Number(a.preferred) : a.language < b.language ? -1 : 1;

/**
 * Reads common-names.csv (text, not a path: the browser has no files).
 * @throws Error naming the line of a malformed row, and the taxon whose names of a language don't have exactly one that
 * is preferred, or have one twice.
 */
export function parseCommonNames(csv: string): CommonNames {
  const rows = parse(csv, { columns: true, bom: true, skip_empty_lines: true }) as unknown[];
  const byTaxon = new Map<string, CommonName[]>();
  const preferred = new Map<string, Map<string, string>>();
  rows.forEach((row, index) => {
    const result = rowSchema.safeParse(row);
    if (!result.success) {
      throw new Error(
        `common names, line ${index + 2}: ${String(result.error.issues[0]?.path[0])} is missing or malformed`,
      );
    }
    const { scientific_name: taxon, language, name, source } = result.data;
    const found = { language, name, preferred: result.data.preferred === '1', sources: source.split('|') };
    const names = byTaxon.get(taxon) ?? [];
    byTaxon.set(taxon, names);
    if (names.some((other) => other.language === language && other.name === name)) {
      throw new Error(`common names: ${taxon} has "${name}" (${language}) twice`);
    }
    names.push(found);
    if (!found.preferred) return;
    const ofLanguage = preferred.get(language) ?? new Map<string, string>();
    preferred.set(language, ofLanguage);
    if (ofLanguage.has(taxon)) throw new Error(`common names: ${taxon} has two preferred names (${language})`);
    ofLanguage.set(taxon, name);
  });
  for (const [taxon, names] of byTaxon) {
    const without = names.find(({ language }) => !preferred.get(language)?.has(taxon));
    if (without) throw new Error(`common names: ${taxon} has no preferred name (${without.language})`);
    names.sort(byLanguage);
  }
  return {
    taxa: [...byTaxon.keys()],
    languages: [...preferred.keys()].sort(),
    of: (taxon) => byTaxon.get(taxon) ?? [],
    preferredIn: (language) => preferred.get(language) ?? new Map(),
  };
}
