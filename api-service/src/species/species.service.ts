import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import type { CommonNames } from '@mushroom/recognition/taxonomy/common-names';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { slugOf, verdictOf, type Season, type Taxon } from '@mushroom/recognition/taxonomy/taxon';
import MiniSearch from 'minisearch';
import type { LicensedPhoto } from './licensed-photos.ts';
import type {
  LicensedPhotoResponse,
  SpeciesDetail,
  SpeciesPage,
  SpeciesQuery,
  SpeciesSummary,
} from './species.schema.ts';

function inSeason(season: Season | null, month: number): boolean {
  if (!season) return false;
  const { from, to } = season;
  return from <= to ? from <= month && month <= to : month >= from || month <= to;
}

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Some notes repeat that a table calls a species edible. Nothing that this service sends may be read that way. */
const noteOf = ({ note }: Taxon) => (note && /\bedib(le|ility)\b/i.test(note) ? null : note);

function countedFamilies(taxa: readonly Taxon[]): { family: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { family } of taxa) if (family) counts.set(family, (counts.get(family) ?? 0) + 1);
  return [...counts]
    .map(([family, count]) => ({ family, count }))
    .sort((a, b) => a.family.localeCompare(b.family, 'en'));
}

/** Without capitals and accents, "ß" as "ss". */
const folded = (text: string) =>
  text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ł', 'l').normalize('NFD').replace(/\p{M}/gu, '');

/** Hyphens and apostrophes are written or not: "Frühlings-Knollenblätterpilz", "Frühlingsknollenblätterpilz". */
const comparable = (name: string) => folded(name).replace(/[^\p{L}\p{N} ]/gu, '');

/** Letters from which on a part of a word is searched for: German writes "Knollenblätterpilz" at the end of words. */
const PART_OF_WORD = 4;

/** The species table as it is browsed and searched, with what the served model knows of it. */
export class SpeciesCatalogue {
  private readonly search: MiniSearch;
  /** By slug: the scientific name first, then the names to show, the others, the synonyms. */
  private readonly comparableNames = new Map<string, string[]>();
  private readonly photos = new Map<string, LicensedPhotoResponse[]>();
  private known: { labels: readonly Label[]; taxa: ReadonlySet<string> } | undefined;
  private readonly sorted: Taxon[];

  constructor(
    private readonly table: SpeciesTable,
    private readonly commonNames: CommonNames,
    photos: readonly LicensedPhoto[],
    private readonly modelLabels: () => readonly Label[],
  ) {
    this.sorted = [...table.taxa].sort((a, b) => a.name.localeCompare(b.name, 'en'));
    for (const { file, label, author, licence, sourcePage } of photos) {
      const taxon = table.find(label)?.name ?? label;
      const photo = { url: `/api/v1/photos/${encodeURIComponent(file)}`, author, licence, sourcePage };
      this.photos.set(taxon, [...(this.photos.get(taxon) ?? []), photo]);
    }
    this.search = new MiniSearch({
      idField: 'slug',
      fields: ['name', 'commonName', 'names', 'synonyms'],
      processTerm: folded,
      searchOptions: {
        prefix: true,
        combineWith: 'AND',
        boost: { name: 2, commonName: 2, names: 2 },
        // One wrong letter in five: "amanita muscara", "chantarelle".
        fuzzy: (term) => (term.length > 3 ? 0.2 : false),
      },
    });
    for (const { slug, name, commonName, synonyms } of table.taxa) {
      const others = commonNames.of(name).toSorted((a, b) => Number(b.preferred) - Number(a.preferred));
      const names = others.map((other) => other.name);
      this.search.add({ slug, name, commonName, names: names.join(' '), synonyms: synonyms.join(' ') });
      this.comparableNames.set(slug, [name, commonName ?? '', ...names, ...synonyms].map(comparable));
    }
  }

  /** One page of the taxa that match everything asked for: best match first where text is searched, else by name. */
  page({ q, toxicity, family, genus, month, page, pageSize }: SpeciesQuery): SpeciesPage {
    const taxa = q ? this.found(q) : this.sorted;
    const ofAnyFamily = taxa.filter(
      (taxon) =>
        (!toxicity || toxicity.includes(verdictOf(taxon.toxicity))) &&
        (!genus || sameName(taxon.genus, genus)) &&
        (!month || inSeason(taxon.season, month)),
    );
    const matching = ofAnyFamily.filter((taxon) => !family || sameName(taxon.family, family));
    const from = (page - 1) * pageSize;
    return {
      total: matching.length,
      page,
      pageSize,
      species: matching.slice(from, from + pageSize).map((taxon) => this.summaryOf(taxon)),
      facets: { families: countedFamilies(ofAnyFamily) },
    };
  }

  /** What has just this name comes first, then what has its words, then what has it as a part of a word. */
  private found(text: string): Taxon[] {
    const asked = comparable(text);
    const named = this.sorted
      .map((taxon) => ({ taxon, place: this.comparableNames.get(taxon.slug)!.indexOf(asked) }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place);
    const byWords = this.search.search(text).map(({ id }) => this.table.findBySlug(id as string)!);
    const byParts =
      asked.length < PART_OF_WORD
        ? []
        : this.sorted.filter(({ slug }) => this.comparableNames.get(slug)!.some((name) => name.includes(asked)));
    return [...new Set([...named.map(({ taxon }) => taxon), ...byWords, ...byParts])];
  }

  /** Scientific name → the name to show; undefined for a language that there are no names in. */
  commonNamesIn(language: string): Record<string, string> | undefined {
    if (language === 'en') {
      return Object.fromEntries(
        this.table.taxa.flatMap(({ name, commonName }) => (commonName ? [[name, commonName]] : [])),
      );
    }
    const names = this.commonNames.preferredIn(language);
    return names.size > 0 ? Object.fromEntries(names) : undefined;
  }

  /** The facts on a taxon, its look-alikes resolved; undefined where the table has no such slug. */
  detail(slug: string): SpeciesDetail | undefined {
    const taxon = this.table.findBySlug(slug);
    if (!taxon) return undefined;
    const { photo: _first, ...summary } = this.summaryOf(taxon);
    return {
      ...summary,
      order: taxon.order,
      names: this.commonNames.of(taxon.name).map(({ language, name, preferred }) => ({ language, name, preferred })),
      synonyms: taxon.synonyms,
      toxins: taxon.toxins,
      syndrome: taxon.syndrome,
      onsetHours: taxon.onsetHours,
      lookalikes: taxon.lookalikes.map((name) => {
        const other = this.table.find(name);
        return {
          taxon: other?.name ?? name,
          slug: other?.slug ?? null,
          commonName: other?.commonName ?? null,
          toxicity: other ? verdictOf(other.toxicity) : 'unknown',
        };
      }),
      habitat: taxon.habitat,
      substrate: taxon.substrate,
      season: taxon.season,
      regions: taxon.regions,
      sources: taxon.sources,
      sourcesAgree: taxon.agreement === 'agree',
      note: noteOf(taxon),
      researched: taxon.researched,
      photos: this.photos.get(taxon.name) ?? [],
    };
  }

  /** The slug that a name or synonym has now, for addresses that use an older name. */
  currentSlug(slug: string): string | undefined {
    return this.sorted.find(({ synonyms }) => synonyms.some((synonym) => slugOf(synonym) === slug))?.slug;
  }

  private summaryOf(taxon: Taxon): SpeciesSummary {
    const { name, slug, rank, commonName, genus, family, toxicity } = taxon;
    return {
      taxon: name,
      slug,
      rank,
      commonName,
      genus,
      family,
      toxicity: verdictOf(toxicity),
      knownToModel: this.knownTaxa().has(rank === 'genus' ? genus : name),
      photo: this.photos.get(name)?.[0] ?? null,
    };
  }

  /** Genera and species that the served model tells apart. Another version, with labels of its own, may be next. */
  private knownTaxa(): ReadonlySet<string> {
    const labels = this.modelLabels();
    if (this.known?.labels !== labels) {
      const names = labels.flatMap((label) => {
        if (label.kind === 'not_a_mushroom') return [];
        if (label.kind === 'other_in_genus') return [label.genus];
        return [label.genus, this.table.find(label.taxon)?.name ?? label.taxon];
      });
      this.known = { labels, taxa: new Set(names) };
    }
    return this.known.taxa;
  }
}
