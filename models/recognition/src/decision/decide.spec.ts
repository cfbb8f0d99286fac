import { readFileSync } from 'node:fs';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { TINY_FACTS } from '../bundle/testing/tiny-facts.ts';
import type { Label } from '../bundle/bundle.schema.ts';
import { parseSpeciesTable, type SpeciesTable } from '../taxonomy/species-table.ts';
import { isDangerous, TOXICITIES, VERDICTS, type Verdict } from '../taxonomy/taxon.ts';
import { adviceFor, NOT_A_MUSHROOM_ADVICE } from './advice.ts';
import { decide, type DecisionModel } from './decide.ts';
import type { Identification } from './identification.ts';

const table = parseSpeciesTable(`scientific_name,rank,genus,common_name,toxicity,toxins,lookalikes
Bonus edulis,species,Bonus,Good bonus,edible,,Malus letalis|Medius cautus
Bonus pallidus,species,Bonus,,edible,,
Malus letalis,species,Malus,Killer,deadly,amatoxin,Bonus edulis
Malus gravis,species,Malus,,poisonous,muscarine,
Malus somnians,species,Malus,,psychoactive,psilocybin,
Malus mitis,species,Malus,,edible,,
Medius cautus,species,Medius,,caution,,
Medius durus,species,Medius,,inedible,,
Ignotus,genus,Ignotus,Nobody knows,unknown,,
Ignotus ignotus,species,Ignotus,,unknown,,`);

const species = (taxon: string): Label => ({ kind: 'species', taxon, genus: taxon.split(' ')[0]!, family: '' });

const labels: Label[] = [
  species('Bonus edulis'),
  species('Bonus pallidus'),
  species('Malus letalis'),
  species('Malus gravis'),
  species('Malus somnians'),
  species('Malus mitis'),
  species('Medius cautus'),
  species('Medius durus'),
  { kind: 'other_in_genus', genus: 'Ignotus', family: '' },
  { kind: 'not_a_mushroom' },
];

const model: DecisionModel = {
  labels,
  temperature: 1,
  thresholds: { mushroom: 0.5, species: 0.6, genus: 0.7 },
  costs: TINY_FACTS.costs,
};

const NONE = 'not a mushroom';
const nameOf = (label: Label) =>
  label.kind === 'species' ? label.taxon : label.kind === 'other_in_genus' ? label.genus : NONE;

/** The logits of a photo on which the model gives these probabilities; the rest is shared by all other classes. */
function photoOf(probabilities: Record<string, number>): number[] {
  const left = 1 - Object.values(probabilities).reduce((a, b) => a + b, 0);
  const others = labels.length - Object.keys(probabilities).length;
  for (const name of Object.keys(probabilities)) {
    if (!labels.some((label) => nameOf(label) === name)) throw new Error(`no label ${name}`);
  }
  return labels.map((label) => Math.log(probabilities[nameOf(label)] ?? Math.max(left / others, 1e-12)));
}

const answer = (...photos: Record<string, number>[]) => decide(photos.map(photoOf), model, table);

const HARMLESS: Verdict[] = ['caution', 'inedible', 'not_known_poisonous'];

describe('one clear photo', () => {
  it('names the species, its common name and its score', () => {
    expect(answer({ 'Malus letalis': 0.95 })).toMatchObject({
      decision: 'identified',
      match: {
        taxon: 'Malus letalis',
        rank: 'species',
        commonName: 'Killer',
        score: expect.closeTo(0.95, 9) as number,
      },
      toxicity: { verdict: 'deadly', toxins: ['amatoxin'], advice: adviceFor('deadly') },
    });
  });

  it.each<[string, Verdict]>([
    ['Malus letalis', 'deadly'],
    ['Malus gravis', 'poisonous'],
    ['Malus somnians', 'psychoactive'],
    ['Medius cautus', 'caution'],
    ['Medius durus', 'inedible'],
    ['Bonus edulis', 'not_known_poisonous'],
    ['Malus mitis', 'not_known_poisonous'],
  ])('of %s has the verdict %s', (taxon, verdict) => {
    const { match, toxicity } = answer({ [taxon]: 1 - 1e-9 });
    expect(match?.taxon).toBe(taxon);
    expect(toxicity.verdict).toBe(verdict);
    expect(toxicity.advice).toBe(adviceFor(verdict));
  });

  it('of a genus that nothing is known of has the verdict unknown', () => {
    const { match, toxicity } = answer({ Ignotus: 0.999999 });
    expect(match).toMatchObject({ taxon: 'Ignotus', rank: 'genus', commonName: 'Nobody knows' });
    expect(toxicity.verdict).toBe('unknown');
    expect(toxicity.toxins).toEqual([]);
  });

  it('sums the danger at a temperature of its own, and names at the one of names', () => {
    const photo = photoOf({ 'Bonus edulis': 0.97, 'Malus letalis': 0.02 });
    const [plain, sharper] = [model, { ...model, riskTemperature: 0.5 }].map((each) => decide([photo], each, table));
    expect(plain!.toxicity.verdict).toBe('unknown');
    expect(sharper!.toxicity.verdict).toBe('not_known_poisonous');
    expect(sharper!.toxicity.risk).toBeLessThan(plain!.toxicity.risk);
    expect(sharper!.match).toEqual(plain!.match);
    expect(sharper!.candidates).toEqual(plain!.candidates);
  });

  it('gives the probability of poisonous or deadly as the risk', () => {
    const { toxicity } = answer({
      'Bonus edulis': 0.6,
      'Malus letalis': 0.2,
      'Malus gravis': 0.1,
      'Malus somnians': 0.1,
    });
    expect(toxicity.risk).toBeCloseTo(0.3, 6);
  });
});

describe('danger behind the best match', () => {
  it('makes 97 % harmless and 3 % deadly no harmless answer', () => {
    const { match, toxicity, candidates } = answer({ 'Bonus edulis': 0.97, 'Malus letalis': 0.03 - 1e-9 });
    expect(match?.taxon).toBe('Bonus edulis');
    expect(candidates[0]?.toxicity).toBe('not_known_poisonous');
    expect(HARMLESS).not.toContain(toxicity.verdict);
  });

  it('makes the answer dangerous where it is likely enough, though the best match is harmless', () => {
    const { match, toxicity } = answer({ 'Bonus edulis': 0.61, 'Malus letalis': 0.39 - 1e-9 });
    expect(match?.taxon).toBe('Bonus edulis');
    expect(toxicity.verdict).toBe('deadly');
  });

  it('counts as much where the photo may show no mushroom at all', () => {
    const { decision, toxicity } = answer({ 'Bonus edulis': 0.7 - 0.008, 'Malus letalis': 0.008 - 1e-9, [NONE]: 0.3 });
    expect(decision).toBe('identified');
    // 0.8 % of everything is 1.1 % of the mushrooms: beyond what an error of cost 100 allows.
    expect(HARMLESS).not.toContain(
      decide(
        [photoOf({ 'Bonus edulis': 0.7 - 0.008, 'Malus letalis': 0.008 - 1e-9, [NONE]: 0.3 })],
        {
          ...model,
          costs: { ...model.costs, harmlessCalledUnknown: 1, dangerousCalledUnknown: 100 },
        },
        table,
      ).toxicity.verdict,
    );
    expect(HARMLESS).not.toContain(toxicity.verdict);
  });
});

describe('a species that is named', () => {
  it.each(['Malus letalis', 'Malus gravis', 'Malus somnians'])(
    'is never called milder than the table has it: %s',
    (taxon) => {
      const severity = (verdict: string) => (TOXICITIES as readonly string[]).indexOf(verdict);
      const own = table.find(taxon)!.toxicity;
      // Whatever costs somebody sets and however low they let a species be named.
      for (const dangerousCalledUnknown of [0, 1, 10, 100]) {
        for (const score of [0.02, 0.3, 0.65, 0.99]) {
          const daring: DecisionModel = {
            ...model,
            thresholds: { mushroom: 0, species: 0.01, genus: 0.01 },
            costs: { ...model.costs, dangerousCalledUnknown, harmlessCalledUnknown: 0.01 },
          };
          const share = (1 - score) / (labels.length - 1);
          const logits = labels.map((label) => Math.log(nameOf(label) === taxon ? score : share));
          const { match, toxicity } = decide([logits], daring, table);
          if (match?.taxon === taxon) expect(severity(toxicity.verdict)).toBeLessThanOrEqual(severity(own));
          if (score > 0.2) expect(match?.taxon).toBe(taxon);
        }
      }
    },
  );

  it('is unknown where the table lacks it', () => {
    const strange: DecisionModel = { ...model, labels: [species('Xus yus'), species('Bonus edulis')] };
    const { match, toxicity } = decide([[20, -20]], strange, table);
    expect(match).toMatchObject({ taxon: 'Xus yus', commonName: null });
    expect(toxicity.verdict).toBe('unknown');
  });
});

describe('a species that is unsure', () => {
  it('becomes its genus where the species of the genus together are likely enough', () => {
    const { decision, match } = answer({ 'Bonus edulis': 0.5, 'Bonus pallidus': 0.4999 });
    expect(decision).toBe('identified');
    expect(match).toMatchObject({ taxon: 'Bonus', rank: 'genus', score: expect.closeTo(0.9999, 6) as number });
  });

  it('is named from the threshold on, the genus below it', () => {
    expect(answer({ 'Bonus edulis': 0.61, 'Bonus pallidus': 0.389 }).match?.rank).toBe('species');
    expect(answer({ 'Bonus edulis': 0.59, 'Bonus pallidus': 0.409 }).match?.rank).toBe('genus');
  });

  it('warns of the dangerous in the genus, whichever of them it is', () => {
    const { match, toxicity, lookalikes } = answer({ 'Malus letalis': 0.5, 'Malus mitis': 0.4999 });
    expect(match).toMatchObject({ taxon: 'Malus', rank: 'genus' });
    expect(toxicity.verdict).toBe('deadly');
    expect(lookalikes.map((lookalike) => lookalike.taxon)).toEqual(['Malus letalis', 'Malus gravis', 'Malus somnians']);
  });

  it('is unknown for a genus with deadly members, even where all the likely ones are harmless', () => {
    const unsure: DecisionModel = { ...model, thresholds: { ...model.thresholds, species: 1 } };
    const { match, toxicity } = decide([photoOf({ 'Malus mitis': 1 - 1e-9 })], unsure, table);
    expect(match).toMatchObject({ taxon: 'Malus', rank: 'genus' });
    expect(toxicity.verdict).toBe('unknown');
  });
});

describe('a mushroom that cannot be told', () => {
  it('is uncertain, says why, and names no match', () => {
    const result = answer({ 'Bonus edulis': 0.5, 'Medius durus': 0.499999 });
    expect(result).toMatchObject({ decision: 'uncertain', reason: 'low_confidence' });
    expect(result.match).toBeUndefined();
    expect(result.candidates.map((candidate) => candidate.taxon)).toContain('Medius durus');
  });

  it('never gets a harmless verdict, even where everything likely is harmless', () => {
    expect(answer({ 'Bonus edulis': 0.5, 'Medius durus': 0.4999999 }).toxicity).toMatchObject({
      verdict: 'unknown',
      advice: adviceFor('unknown'),
      toxins: [],
    });
  });

  it('is still called dangerous where what is likely is dangerous', () => {
    const { decision, toxicity } = answer({ 'Bonus edulis': 0.5, 'Malus letalis': 0.4999999 });
    expect(decision).toBe('uncertain');
    expect(toxicity.verdict).toBe('deadly');
  });
});

describe('a photo of no mushroom', () => {
  it('is told so, with nothing said of what it shows', () => {
    const result = answer({ [NONE]: 0.9, 'Malus letalis': 0.09 });
    expect(result).toMatchObject({
      decision: 'not_a_mushroom',
      reason: 'not_a_mushroom',
      toxicity: { verdict: 'unknown', toxins: [], advice: NOT_A_MUSHROOM_ADVICE },
      lookalikes: [],
    });
    expect(result.match).toBeUndefined();
    expect(result.photos[0]?.mushroom).toBeCloseTo(0.1, 9);
  });

  it('is judged by the threshold of the model', () => {
    const photo = photoOf({ [NONE]: 0.6, 'Bonus edulis': 0.4 - 1e-9 });
    expect(decide([photo], model, table).decision).toBe('not_a_mushroom');
    const lenient = { ...model, thresholds: { ...model.thresholds, mushroom: 0.3 } };
    expect(decide([photo], lenient, table).decision).not.toBe('not_a_mushroom');
  });
});

describe('several photos of one specimen', () => {
  const cap = { 'Bonus edulis': 0.55, 'Malus letalis': 0.44 };
  const base = { 'Malus letalis': 0.9, 'Malus gravis': 0.09 };

  it('tell together what one of them cannot', () => {
    expect(answer(cap).match).toBeUndefined();
    expect(answer(cap, base).match?.taxon).toBe('Malus letalis');
  });

  it('count the same in any order', () => {
    const there = answer(cap, base, { 'Bonus edulis': 0.4 });
    const back = answer({ 'Bonus edulis': 0.4 }, base, cap);
    expect(back.match).toMatchObject({
      taxon: there.match?.taxon,
      score: expect.closeTo(there.match!.score, 9) as number,
    });
    expect(back.candidates.map(({ taxon }) => taxon)).toEqual(there.candidates.map(({ taxon }) => taxon));
    expect(back.toxicity.verdict).toBe(there.toxicity.verdict);
    expect(back.toxicity.risk).toBeCloseTo(there.toxicity.risk, 9);
    expect(back.lookalikes).toEqual(there.lookalikes);
    expect(back.photos).toEqual([...there.photos].reverse());
  });

  it('say what one says where they are the same photo', () => {
    const [once, thrice] = [answer(base), answer(base, base, base)];
    expect(thrice.match?.taxon).toBe(once.match?.taxon);
    expect(thrice.match?.score).toBeCloseTo(once.match!.score, 9);
    expect(thrice.toxicity.risk).toBeCloseTo(once.toxicity.risk, 9);
  });

  it('are reported one by one: how much each speaks for the match, and for a mushroom', () => {
    const { photos } = answer(base, { 'Malus letalis': 0.3, [NONE]: 0.25 });
    expect(photos).toHaveLength(2);
    expect(photos[0]!.score).toBeCloseTo(0.9, 9);
    expect(photos[1]!.score).toBeCloseTo(0.3, 9);
    expect(photos[1]!.mushroom).toBeCloseTo(0.75, 9);
  });
});

describe('look-alikes', () => {
  it('are the dangerous ones of the match, those without danger left out', () => {
    expect(answer({ 'Bonus edulis': 1 - 1e-9 }).lookalikes[0]).toEqual({
      taxon: 'Malus letalis',
      commonName: 'Killer',
      toxicity: 'deadly',
    });
    expect(answer({ 'Bonus edulis': 1 - 1e-9 }).lookalikes.map(({ taxon }) => taxon)).not.toContain('Medius cautus');
  });

  it('come most dangerous first, without the match itself', () => {
    const { lookalikes } = answer({ 'Malus letalis': 0.7, 'Malus gravis': 0.2, 'Malus somnians': 0.09 });
    expect(lookalikes.map(({ taxon }) => taxon)).toEqual(['Malus gravis', 'Malus somnians']);
  });

  it('of a mushroom that cannot be told are those of the likeliest', () => {
    const { decision, lookalikes } = answer({ 'Bonus edulis': 0.5, 'Medius durus': 0.4999999 });
    expect(decision).toBe('uncertain');
    expect(lookalikes[0]?.taxon).toBe('Malus letalis');
  });
});

describe('what to photograph next', () => {
  it('is the underside, the base and the cut first', () => {
    expect(answer({ 'Bonus edulis': 0.9 }).nextViews).toEqual(['gills', 'stem_base', 'cut']);
  });

  it('drops what was shown already', () => {
    const next = (views: ('gills' | 'stem_base' | 'cut' | 'cap' | 'whole' | 'habitat')[]) =>
      decide([photoOf({ 'Bonus edulis': 0.9 })], model, table, { views }).nextViews;
    expect(next(['gills', 'cut'])).toEqual(['stem_base', 'cap', 'whole']);
    expect(next(['whole', 'cap', 'gills', 'stem_base', 'cut', 'habitat'])).toEqual([]);
  });
});

describe('what cannot be decided on', () => {
  const good = photoOf({ 'Bonus edulis': 0.9 });

  it('is no photo at all', () => {
    expect(() => decide([], model, table)).toThrow(RangeError);
  });

  it.each([
    ['too few values', good.slice(1)],
    ['too many values', [...good, 0]],
    ['no values', []],
  ])('is a photo with %s, named with the length that is right', (_, logits) => {
    expect(() => decide([good, logits], model, table)).toThrow(RangeError);
    expect(() => decide([good, logits], model, table)).toThrow(/10 values/);
  });

  it.each([Number.NaN, Infinity, -Infinity])(
    'is a photo with a logit of %s: a broken graph is no "not a mushroom"',
    (value) => {
      expect(() => decide([[value, ...good.slice(1)]], model, table)).toThrow(RangeError);
    },
  );
});

/** What must hold of every answer, whatever the model says. */
function expectSound(result: Identification, model: DecisionModel, table: SpeciesTable, photos: number) {
  const { decision, reason, match, toxicity, candidates, lookalikes } = result;
  expect(JSON.stringify(result)).not.toMatch(/"(edible|safe)"/);
  expect(VERDICTS).toContain(toxicity.verdict);
  expect(toxicity.risk).toBeGreaterThanOrEqual(0);
  expect(toxicity.risk).toBeLessThanOrEqual(1 + 1e-9);

  const scores = candidates.map(({ score }) => score);
  expect(scores.length).toBeLessThanOrEqual(5);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(scores.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1 + 1e-9);
  expect(new Set(candidates.map(({ taxon }) => taxon)).size).toBe(candidates.length);
  for (const { toxicity } of candidates) expect(VERDICTS).toContain(toxicity);

  expect(decision === 'identified').toBe(match !== undefined);
  expect(reason === undefined).toBe(match !== undefined);
  if (decision !== 'identified') expect(HARMLESS).not.toContain(toxicity.verdict);
  if (decision === 'not_a_mushroom') expect(toxicity.verdict).toBe('unknown');
  if (match) {
    expect(match.score).toBeGreaterThanOrEqual(model.thresholds[match.rank]);
    expect(match.score).toBeLessThanOrEqual(1 + 1e-9);
    const own = match.rank === 'species' ? (table.find(match.taxon)?.toxicity ?? 'unknown') : 'edible';
    if (isDangerous(own)) {
      expect(TOXICITIES.indexOf(toxicity.verdict as never)).toBeLessThanOrEqual(TOXICITIES.indexOf(own));
    }
    const worst = match.rank === 'genus' ? table.worstOfGenus(match.taxon) : own;
    if (worst === 'unknown' || isDangerous(worst)) {
      expect(['inedible', 'not_known_poisonous']).not.toContain(toxicity.verdict);
    }
  }
  // A harmless verdict leaves at most one chance in a hundred, of all mushrooms, for what is dangerous.
  if (HARMLESS.includes(toxicity.verdict)) {
    expect(toxicity.risk).toBeLessThan(1 / 100);
  }

  expect(lookalikes.every((lookalike) => isDangerous(lookalike.toxicity as never))).toBe(true);
  expect(lookalikes.map(({ taxon }) => taxon)).not.toContain(match?.taxon);
  expect(new Set(lookalikes.map(({ taxon }) => taxon)).size).toBe(lookalikes.length);

  expect(result.photos).toHaveLength(photos);
  for (const photo of result.photos) {
    for (const value of [photo.score, photo.mushroom]) {
      expect(value).toBeGreaterThanOrEqual(-1e-9);
      expect(value).toBeLessThanOrEqual(1 + 1e-9);
    }
  }
}

describe('every answer is sound', () => {
  const shipped = parseSpeciesTable(readFileSync(new URL('../../../data/species.csv', import.meta.url), 'utf8'));
  const everySpecies = shipped.taxa.filter((taxon) => taxon.rank === 'species');
  const genera = [...new Set(everySpecies.map((taxon) => taxon.genus))];

  /** Logits as a trained model gives them: noise, and now and then a few classes that stand out. */
  function randomPhoto(length: number, random: () => number): Float32Array {
    const logits = Float32Array.from({ length }, () => (random() - 0.5) * 4);
    const peaks = Math.floor(random() * 4);
    for (let i = 0; i < peaks; i++) logits[Math.floor(random() * length)]! += random() * 25;
    return logits;
  }

  it('names what the species itself is taken for before the rest of its genus', () => {
    const own = shipped.find('Amanita muscaria')!.lookalikes;
    const alone: DecisionModel = {
      ...model,
      labels: [
        { kind: 'species', taxon: 'Amanita muscaria', genus: 'Amanita', family: '' },
        { kind: 'not_a_mushroom' },
      ],
    };
    const dangerousOwn = own.filter((name) => isDangerous(shipped.find(name)!.toxicity));
    const { lookalikes } = decide([[9, 0]], alone, shipped);
    expect(dangerousOwn.length).toBeGreaterThan(0);
    expect(
      lookalikes
        .slice(0, dangerousOwn.length)
        .map(({ taxon }) => taxon)
        .sort(),
    ).toEqual(dangerousOwn.sort());
    expect(lookalikes.length).toBeGreaterThan(dangerousOwn.length);
  });

  it('for 1,200 random specimens on the small table', () => {
    const random = seedrandom('small');
    const decisions = new Map<string, number>();
    for (let i = 0; i < 1200; i++) {
      const photos = Array.from({ length: 1 + Math.floor(random() * 5) }, () => randomPhoto(labels.length, random));
      const varied: DecisionModel = {
        ...model,
        temperature: 0.5 + random(),
        thresholds: { mushroom: random(), species: random(), genus: random() },
        costs: { ...model.costs, dangerousCalledUnknown: random() * 100, harmlessCalledUnknown: random() },
      };
      const result = decide(photos, varied, table);
      decisions.set(result.decision, (decisions.get(result.decision) ?? 0) + 1);
      expectSound(result, varied, table, photos.length);
    }
    // The property would be empty if the random logits reached one kind of answer only.
    for (const decision of ['identified', 'uncertain', 'not_a_mushroom']) {
      expect(decisions.get(decision)).toBeGreaterThan(20);
    }
  });

  it('for 40 random specimens on the shipped table, with a third of its species as classes', () => {
    const random = seedrandom('shipped');
    const classes: Label[] = [
      ...everySpecies
        .filter(() => random() < 1 / 3)
        .map(({ name, genus, family }) => ({ kind: 'species' as const, taxon: name, genus, family })),
      ...genera.filter(() => random() < 1 / 3).map((genus) => ({ kind: 'other_in_genus' as const, genus, family: '' })),
      { kind: 'not_a_mushroom' },
    ];
    const wide: DecisionModel = { ...model, labels: classes, thresholds: { mushroom: 0.5, species: 0.4, genus: 0.5 } };
    for (let i = 0; i < 40; i++) {
      const photos = Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomPhoto(classes.length, random));
      const own = photos[0]!;
      own[Math.floor(random() * own.length)]! += 20;
      expectSound(decide(photos, wide, shipped), wide, shipped, photos.length);
    }
  });

  it('for every species of the shipped table, seen as clearly as can be: none is called milder than the table has it', () => {
    const wrong: string[] = [];
    for (const genus of genera) {
      const members = shipped.speciesOf(genus);
      const classes: Label[] = [
        ...members.map(({ name, family }) => ({ kind: 'species' as const, taxon: name, genus, family })),
        { kind: 'not_a_mushroom' },
      ];
      members.forEach((taxon, classIndex) => {
        const logits = classes.map((_, other) => (other === classIndex ? 30 : 0));
        const { match, toxicity } = decide([logits], { ...model, labels: classes }, shipped);
        const expected = taxon.toxicity === 'edible' ? 'not_known_poisonous' : taxon.toxicity;
        if (match?.taxon !== taxon.name || toxicity.verdict !== expected)
          wrong.push(`${taxon.name}: ${toxicity.verdict}`);
      });
    }
    expect(wrong).toEqual([]);
  });
});
