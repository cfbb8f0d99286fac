import type { CostMatrix, Label } from '../bundle/bundle.schema.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import { isDangerous, TOXICITIES, type Toxicity } from '../taxonomy/taxon.ts';
import type { Distribution } from './distribution.ts';

/** Probability of each toxicity class; sums to the mass on mushrooms. */
export type ToxicityMasses = Record<Toxicity, number>;

/**
 * The toxicities that a class's probability is spread over. A species has one. "Another species of this genus" has
 * those of the genus's species without a class, in equal shares: nothing says which of them it is.
 *
 * @param species that have a class.
 */
export function toxicityShares(
  label: Label,
  species: ReadonlySet<string>,
  table: SpeciesTable,
): Partial<ToxicityMasses> {
  if (label.kind === 'not_a_mushroom') return {};
  if (label.kind === 'species') return { [table.find(label.taxon)?.toxicity ?? 'unknown']: 1 };
  const rest = table.speciesOf(label.genus).filter((taxon) => !species.has(taxon.name));
  if (rest.length === 0) return { [table.worstOfGenus(label.genus)]: 1 };
  const shares: Partial<ToxicityMasses> = {};
  for (const { toxicity } of rest) shares[toxicity] = (shares[toxicity] ?? 0) + 1 / rest.length;
  return shares;
}

type ClassShares = readonly (readonly [Toxicity, number])[];

/** Neither a bundle's labels nor the species table ever change, and every answer needs these. */
const sharesOfLabels = new WeakMap<readonly Label[], { table: SpeciesTable; shares: readonly ClassShares[] }>();

function classShares(labels: readonly Label[], table: SpeciesTable): readonly ClassShares[] {
  const known = sharesOfLabels.get(labels);
  if (known?.table === table) return known.shares;
  const species = new Set(labels.flatMap((label) => (label.kind === 'species' ? [label.taxon] : [])));
  const shares = labels.map((label) => Object.entries(toxicityShares(label, species, table)) as [Toxicity, number][]);
  sharesOfLabels.set(labels, { table, shares });
  return shares;
}

/** A distribution over classes → one over toxicities. */
export function toxicityMasses(
  distribution: Distribution,
  labels: readonly Label[],
  table: SpeciesTable,
): ToxicityMasses {
  const masses = Object.fromEntries(TOXICITIES.map((toxicity) => [toxicity, 0])) as ToxicityMasses;
  classShares(labels, table).forEach((shares, classIndex) => {
    for (const [toxicity, share] of shares) masses[toxicity] += distribution[classIndex]! * share;
  });
  return masses;
}

export function dangerousMass(masses: ToxicityMasses): number {
  return TOXICITIES.filter(isDangerous).reduce((sum, toxicity) => sum + masses[toxicity], 0);
}

/**
 * The toxicity with the least expected cost over the whole distribution. First: dangerous, harmless or unknown;
 * then, within dangerous or harmless, the class, where understating costs more than overstating.
 */
export function toxicityOfLeastCost(masses: ToxicityMasses, costs: CostMatrix): Toxicity {
  const dangerous = dangerousMass(masses);
  // Of the mushrooms: the chance that it is none must not dilute the danger.
  const harmless = TOXICITIES.reduce((sum, toxicity) => sum + masses[toxicity], 0) - dangerous;
  const expected = {
    dangerous: harmless * costs.harmlessCalledDangerous,
    harmless: dangerous * costs.dangerousCalledHarmless,
    unknown: dangerous * costs.dangerousCalledUnknown + harmless * costs.harmlessCalledUnknown,
  };
  if (expected.unknown <= Math.min(expected.dangerous, expected.harmless)) return 'unknown';
  const within = TOXICITIES.filter((toxicity) => isDangerous(toxicity) === expected.dangerous < expected.harmless);
  return classOfLeastCost(within, masses, costs);
}

/** `classes` are ordered worst first; being k classes off costs k units. */
function classOfLeastCost(classes: readonly Toxicity[], masses: ToxicityMasses, costs: CostMatrix): Toxicity {
  const expected = classes.map((_, said) =>
    classes.reduce((sum, toxicity, actual) => {
      const unit = actual < said ? costs.understated : costs.overstated;
      return sum + masses[toxicity] * Math.abs(actual - said) * unit;
    }, 0),
  );
  return classes[expected.indexOf(Math.min(...expected))]!;
}
