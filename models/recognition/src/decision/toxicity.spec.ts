import { describe, expect, it } from 'vitest';
import type { Label } from '../bundle/bundle.schema.ts';
import { TINY_FACTS } from '../bundle/testing/tiny-facts.ts';
import { parseSpeciesTable } from '../taxonomy/species-table.ts';
import { TOXICITIES, type Toxicity } from '../taxonomy/taxon.ts';
import { dangerousMass, toxicityMasses, toxicityOfLeastCost, toxicityShares, type ToxicityMasses } from './toxicity.ts';

const COSTS = TINY_FACTS.costs;

function massesOf(some: Partial<ToxicityMasses>): ToxicityMasses {
  return { ...(Object.fromEntries(TOXICITIES.map((toxicity) => [toxicity, 0])) as ToxicityMasses), ...some };
}

const table = parseSpeciesTable(`scientific_name,rank,genus,toxicity
Aus bonus,species,Aus,edible
Aus malus,species,Aus,deadly
Aus medius,species,Aus,caution
Aus notus,species,Aus,caution
Aus,genus,Aus,deadly
Cus dus,species,Cus,inedible`);

const species = (taxon: string): Label => ({ kind: 'species', taxon, genus: taxon.split(' ')[0]!, family: '' });
const classesOf = (labels: Label[]) =>
  new Set(labels.flatMap((label) => (label.kind === 'species' ? [label.taxon] : [])));
const othersOf = (genus: string): Label => ({ kind: 'other_in_genus', genus, family: '' });

describe('the toxicity of a class', () => {
  it('is its own for a species', () => {
    expect(toxicityShares(species('Aus malus'), new Set(['Aus malus']), table)).toEqual({ deadly: 1 });
  });

  it('is unknown for a species that the table lacks', () => {
    expect(toxicityShares(species('Xus yus'), new Set(['Xus yus']), table)).toEqual({ unknown: 1 });
  });

  it('is spread over the species without a class, for "another species of the genus"', () => {
    const labels = [species('Aus notus'), othersOf('Aus')];
    const shares = toxicityShares(labels[1]!, classesOf(labels), table);
    expect(Object.keys(shares).sort()).toEqual(['caution', 'deadly', 'edible']);
    for (const share of Object.values(shares)) expect(share).toBeCloseTo(1 / 3, 12);
  });

  it("is the genus's worst where all known species have classes, and unknown for an unknown genus", () => {
    const labels = [species('Cus dus'), othersOf('Cus'), othersOf('Xus')];
    expect(toxicityShares(labels[1]!, classesOf(labels), table)).toEqual({ inedible: 1 });
    expect(toxicityShares(labels[2]!, classesOf(labels), table)).toEqual({ unknown: 1 });
  });

  it('does not exist for what is no mushroom', () => {
    expect(toxicityShares({ kind: 'not_a_mushroom' }, new Set(), table)).toEqual({});
  });
});

describe('the masses of a distribution', () => {
  it('add up to the mass on mushrooms', () => {
    const labels: Label[] = [species('Aus notus'), othersOf('Aus'), species('Cus dus'), { kind: 'not_a_mushroom' }];
    const masses = toxicityMasses(Float64Array.of(0.1, 0.6, 0.2, 0.1), labels, table);
    expect(masses.deadly).toBeCloseTo(0.2, 12);
    expect(masses.edible).toBeCloseTo(0.2, 12);
    expect(masses.caution).toBeCloseTo(0.3, 12);
    expect(masses.inedible).toBeCloseTo(0.2, 12);
    expect(TOXICITIES.reduce((sum, toxicity) => sum + masses[toxicity], 0)).toBeCloseTo(0.9, 12);
  });

  it('count deadly, poisonous and psychoactive as dangerous', () => {
    expect(dangerousMass(massesOf({ deadly: 0.1, poisonous: 0.2, psychoactive: 0.3, caution: 0.4 }))).toBeCloseTo(0.6);
  });
});

describe('the toxicity of least expected cost', () => {
  it.each<[string, Partial<ToxicityMasses>, Toxicity]>([
    ['surely edible', { edible: 1 }, 'edible'],
    ['surely deadly', { deadly: 1 }, 'deadly'],
    ['surely psychoactive', { psychoactive: 1 }, 'psychoactive'],
    ['surely unknown', { unknown: 1 }, 'unknown'],
    ['one chance in a thousand to be deadly', { edible: 0.999, deadly: 0.001 }, 'edible'],
    ['97 % harmless, 3 % deadly', { edible: 0.97, deadly: 0.03 }, 'unknown'],
    ['as likely poisonous as harmless', { caution: 0.5, poisonous: 0.5 }, 'poisonous'],
    ['mostly poisonous, possibly deadly', { poisonous: 0.85, deadly: 0.15 }, 'deadly'],
    ['mostly poisonous, hardly deadly', { poisonous: 0.95, deadly: 0.05 }, 'poisonous'],
    ['mostly edible, possibly only with caution', { edible: 0.8, caution: 0.2 }, 'caution'],
    ['mostly edible, possibly of unknown effect', { edible: 0.7, unknown: 0.3 }, 'unknown'],
  ])('%s: %o → %s', (_, masses, expected) => {
    expect(toxicityOfLeastCost(massesOf(masses), COSTS)).toBe(expected);
  });

  it('calls dangerous what "unknown" would cost more for', () => {
    const costs = { ...COSTS, harmlessCalledUnknown: 1, dangerousCalledUnknown: 100 };
    expect(toxicityOfLeastCost(massesOf({ edible: 0.97, deadly: 0.03 }), costs)).toBe('deadly');
  });

  it('weighs the danger among mushrooms only: doubt whether it is one at all makes nothing harmless', () => {
    const sure = massesOf({ edible: 0.98, deadly: 0.02 });
    const doubtful = massesOf({ edible: 0.49, deadly: 0.01 });
    for (const harmlessCalledUnknown of [0.5, 1]) {
      const costs = { ...COSTS, harmlessCalledUnknown };
      expect(toxicityOfLeastCost(doubtful, costs)).toBe(toxicityOfLeastCost(sure, costs));
    }
    // As likely to be no mushroom as a deadly one: of the mushrooms, all are deadly.
    expect(toxicityOfLeastCost(massesOf({ deadly: 0.04 }), COSTS)).toBe('deadly');
  });

  it('never gets milder as danger grows', () => {
    const dangerous = ['deadly', 'poisonous', 'psychoactive'] as const;
    // Harmless < unknown < dangerous, the order in which the danger is taken seriously.
    const seriousness = (toxicity: Toxicity) =>
      dangerous.includes(toxicity as never) ? 2 : toxicity === 'unknown' ? 1 : 0;
    for (const kind of dangerous) {
      let last = 0;
      for (let share = 0; share <= 1; share += 0.001) {
        const now = seriousness(toxicityOfLeastCost(massesOf({ [kind]: share, edible: 1 - share }), COSTS));
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
      expect(last).toBe(2);
    }
  });
});
