import type { Bundle, Label } from '../bundle/bundle.schema.ts';
import type { SpeciesTable } from '../taxonomy/species-table.ts';
import { isDangerous, TOXICITIES, verdictOf, type Taxon, type Toxicity, type Verdict } from '../taxonomy/taxon.ts';
import { adviceFor, NOT_A_MUSHROOM_ADVICE } from './advice.ts';
import { fusePhotos, genusMasses, logProbabilities, mushroomMass, type Distribution } from './distribution.ts';
import { VIEWS, type Candidate, type Identification, type Lookalike, type Match, type View } from './identification.ts';
import { isUnder } from './is-under.ts';
import { toxicityMasses, toxicityOfLeastCost } from './toxicity.ts';

/** The parts of a bundle that a decision rests on. */
export type DecisionModel = Pick<Bundle, 'labels' | 'temperature' | 'riskTemperature' | 'thresholds' | 'costs'>;

/** What the person says about the photos. When and where they were taken has no say: docs/research/fusion.md. */
export interface Context {
  views?: readonly View[];
}

const CANDIDATES = 5;
const LOOKALIKES = 6;

/**
 * Logits of one to five photos of one specimen → the answer. Pure: the service, evaluation and the browser decide
 * with this function and no other.
 *
 * @param photos logits a photo, in the order of the model's labels.
 * @throws RangeError without a photo, or where the logits do not fit the labels or are not finite.
 */
export function decide(
  photos: readonly ArrayLike<number>[],
  model: DecisionModel,
  table: SpeciesTable,
  context: Context = {},
): Identification {
  const { labels, thresholds, costs } = model;
  if (photos.some((logits) => logits.length !== labels.length)) {
    throw new RangeError(`logits must have ${labels.length} values a photo`);
  }
  // A broken graph gives NaN, and NaN would read as "not a mushroom".
  if (!photos.every(allFinite)) {
    throw new RangeError('logits must be finite numbers');
  }
  const perPhoto = photos.map((logits) => logProbabilities(logits, model.temperature));
  const showing = photosOfMushrooms(perPhoto, model);
  const distribution = fusePhotos(showing);
  const mushroom = mushroomMass(distribution, labels);
  // Being right of "dangerous" asks for another sharpness than of names.
  const riskTemperature = model.riskTemperature ?? model.temperature;
  const risks = showing.map((logs) => logProbabilities(photos[perPhoto.indexOf(logs)]!, riskTemperature));
  const masses = toxicityMasses(fusePhotos(risks), labels, table);
  const candidates = bestCandidates(distribution, labels, table);

  const isMushroom = mushroom >= thresholds.mushroom;
  const match = isMushroom ? matchOf(distribution, candidates, model, table) : undefined;
  const verdict = isMushroom ? verdictFor(match, toxicityOfLeastCost(masses, costs), table) : 'unknown';
  const subject = match?.taxon ?? candidates[0]?.taxon;

  return {
    decision: match ? 'identified' : isMushroom ? 'uncertain' : 'not_a_mushroom',
    reason: match ? undefined : isMushroom ? 'low_confidence' : 'not_a_mushroom',
    match,
    toxicity: {
      verdict,
      risk: Math.min(1, masses.deadly + masses.poisonous),
      toxins: isMushroom && verdict !== 'unknown' && match ? (table.find(match.taxon)?.toxins ?? []) : [],
      advice: isMushroom ? adviceFor(verdict) : NOT_A_MUSHROOM_ADVICE,
    },
    candidates,
    lookalikes: isMushroom && subject ? dangerousLookalikes(subject, candidates, table) : [],
    nextViews: nextViews(context.views ?? []),
    photos: perPhoto.map((logs) => {
      const own = logs.map(Math.exp);
      return { score: scoreOf(match ?? candidates[0], own, labels), mushroom: mushroomMass(own, labels) };
    }),
  };
}

function allFinite(logits: ArrayLike<number>): boolean {
  for (let index = 0; index < logits.length; index++) if (!Number.isFinite(logits[index])) return false;
  return true;
}

/**
 * The photos that are fused: one that shows no mushroom (the habitat, a slip of the finger) has no say beside those that
 * show one; where none does, all have.
 * @param photos log-probabilities a photo.
 */
export function photosOfMushrooms(
  photos: readonly Float64Array[],
  { labels, thresholds }: DecisionModel,
): readonly Float64Array[] {
  const showing = photos.filter((logs) => mushroomMass(logs.map(Math.exp), labels) >= thresholds.mushroom);
  return showing.length > 0 ? showing : photos;
}

/** The species where its score reaches the threshold, else the genus where its summed score does, else nothing. */
function matchOf(
  distribution: Distribution,
  candidates: readonly Candidate[],
  { labels, thresholds }: DecisionModel,
  table: SpeciesTable,
): Match | undefined {
  const best = candidates.find((candidate) => candidate.rank === 'species');
  if (best && best.score >= thresholds.species) {
    return { taxon: best.taxon, rank: best.rank, commonName: best.commonName, score: best.score };
  }
  const [genus, mass] = [...genusMasses(distribution, labels)].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  if (mass < thresholds.genus) return undefined;
  return {
    taxon: genus,
    rank: 'genus',
    commonName: genusRow(genus, table)?.commonName ?? null,
    score: Math.min(1, mass),
  };
}

function genusRow(genus: string, table: SpeciesTable): Taxon | undefined {
  const row = table.find(genus);
  return row?.rank === 'genus' ? row : undefined;
}

/** The less dangerous of two classes never wins. */
function worse(a: Toxicity, b: Toxicity): Toxicity {
  return TOXICITIES.indexOf(a) <= TOXICITIES.indexOf(b) ? a : b;
}

/**
 * Expected cost proposes; three rules may only make it graver: a named species is never called milder than the table
 * has it; a genus with dangerous members, or of which nothing is known, is not called harmless; and neither is a mushroom
 * without a name.
 */
function verdictFor(match: Match | undefined, leastCost: Toxicity, table: SpeciesTable): Verdict {
  const named = match?.rank === 'species' ? (table.find(match.taxon)?.toxicity ?? 'unknown') : leastCost;
  const gravest = worse(leastCost, named);
  if (isDangerous(gravest)) return verdictOf(gravest);
  if (!match || leastCost === 'unknown') return 'unknown';
  const own = match.rank === 'species' ? named : table.worstOfGenus(match.taxon);
  if (own === 'unknown') return 'unknown';
  // The likely species are harmless, but "an Amanita" covers the death cap.
  if (match.rank === 'genus' && isDangerous(own)) return 'unknown';
  return verdictOf(worse(leastCost, own));
}

function bestCandidates(distribution: Distribution, labels: readonly Label[], table: SpeciesTable): Candidate[] {
  return labels
    .map((label, index) => ({ label, score: distribution[index]! }))
    .filter(({ label }) => label.kind !== 'not_a_mushroom')
    .sort((a, b) => b.score - a.score)
    .slice(0, CANDIDATES)
    .map(({ label, score }) => candidateOf(label as Exclude<Label, { kind: 'not_a_mushroom' }>, score, table));
}

function candidateOf(label: Exclude<Label, { kind: 'not_a_mushroom' }>, score: number, table: SpeciesTable): Candidate {
  if (label.kind === 'species') {
    const taxon = table.find(label.taxon);
    return {
      taxon: label.taxon,
      rank: 'species',
      commonName: taxon?.commonName ?? null,
      score,
      toxicity: verdictOf(taxon?.toxicity ?? 'unknown'),
    };
  }
  return {
    taxon: label.genus,
    rank: 'genus',
    commonName: genusRow(label.genus, table)?.commonName ?? null,
    score,
    toxicity: verdictOf(table.worstOfGenus(label.genus)),
  };
}

/** A photo's own score for what was matched: the class's, or the genus's sum. */
function scoreOf(match: Match | undefined, own: Distribution, labels: readonly Label[]): number {
  if (!match) return 0;
  return labels.reduce((sum, label, index) => (isUnder(label, match) ? sum + own[index]! : sum), 0);
}

/**
 * Dangerous mushrooms that the subject may be taken for: the table's look-alikes of it (of a genus: of the likely
 * species in it) and other dangerous candidates, most dangerous first; then the dangerous members of its genus.
 */
function dangerousLookalikes(subject: string, candidates: readonly Candidate[], table: SpeciesTable): Lookalike[] {
  const taxon = table.find(subject);
  const genus = taxon?.genus ?? subject;
  const takenFor = new Set(taxon?.lookalikes ?? []);
  if (!taxon || taxon.rank === 'genus') {
    for (const candidate of candidates) {
      const likely = table.find(candidate.taxon);
      if (likely?.genus === genus) likely.lookalikes.forEach((name) => takenFor.add(name));
    }
  }
  for (const candidate of candidates) if (candidate.rank === 'species') takenFor.add(candidate.taxon);
  const kin = table.speciesOf(genus).map((member) => member.name);

  return [...new Set([...mostDangerousFirst([...takenFor], table), ...mostDangerousFirst(kin, table)])]
    .filter(({ name }) => name !== subject)
    .slice(0, LOOKALIKES)
    .map((found) => ({ taxon: found.name, commonName: found.commonName, toxicity: verdictOf(found.toxicity) }));
}

/** The dangerous among some names, as the table has them. */
function mostDangerousFirst(names: readonly string[], table: SpeciesTable): Taxon[] {
  return names
    .map((name) => table.find(name))
    .filter((found): found is Taxon => found !== undefined && isDangerous(found.toxicity))
    .sort((a, b) => TOXICITIES.indexOf(a.toxicity) - TOXICITIES.indexOf(b.toxicity));
}

/** What mycologists ask for first: the underside and the dug-out base tell most of the deadly ones. */
const MOST_TELLING: readonly View[] = ['gills', 'stem_base', 'cut', 'cap', 'whole', 'habitat'];

function nextViews(shown: readonly View[]): View[] {
  return MOST_TELLING.filter((view) => VIEWS.includes(view) && !shown.includes(view)).slice(0, 3);
}
