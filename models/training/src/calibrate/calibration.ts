import { maxIndex, mean, sum } from 'd3-array';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import { logProbabilities } from '@mushroom/recognition/decision/distribution';
import { dangerousMass, toxicityMasses } from '@mushroom/recognition/decision/toxicity';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { isDangerous } from '@mushroom/recognition/taxonomy/taxon';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';

const LOWEST = Math.log(0.05);
const HIGHEST = Math.log(20);
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** −log Σ p over the label's classes, in nats: the loss that training minimises, for one photo at one temperature. */
function negativeLogLikelihood({ logits, classes }: EvaluatedPhoto, temperature: number): number {
  const logs = logProbabilities(logits, temperature);
  const peak = classes.reduce((highest, classIndex) => Math.max(highest, logs[classIndex]!), -Infinity);
  return -(peak + Math.log(classes.reduce((sum, classIndex) => sum + Math.exp(logs[classIndex]! - peak), 0)));
}

/** Mean marginal negative log-likelihood in nats; photos whose label has no class are left out. NaN without any. */
export function meanNegativeLogLikelihood(photos: readonly EvaluatedPhoto[], temperature: number): number {
  const labelled = photos.filter(({ classes }) => classes.length > 0);
  return labelled.reduce((sum, photo) => sum + negativeLogLikelihood(photo, temperature), 0) / labelled.length;
}

/**
 * The temperature that makes the model's scores likeliest on photos it was not trained on (temperature scaling:
 * Guo et al. 2017, arXiv:1706.04599). It moves no arg-max, only
 * how sure the scores are. Photos whose label has no class can't be likely or unlikely, and are left out.
 *
 * @param sets each weighs the same, however many photos it has.
 * @returns T > 0; 1 where no photo has a class.
 */
export function fitTemperature(...sets: readonly (readonly EvaluatedPhoto[])[]): number {
  const withClasses = sets.filter((photos) => photos.some(({ classes }) => classes.length > 0));
  if (withClasses.length === 0) return 1;
  return lowest((temperature) =>
    withClasses.reduce((sum, photos) => sum + meanNegativeLogLikelihood(photos, temperature), 0),
  );
}

/**
 * How much surer photos of other sources may leave the model than they should, to one that photos of the sources of
 * training leave it too modest: scores that are somewhat low where one is mostly right cost little beside scores that
 * are too high where one is often wrong, but scores that hide what is known help nobody.
 */
const OVERCONFIDENCE_ON_TUNE = 2;

/**
 * One temperature for photos of two sorts. A model is surer of itself than it should be on photos of other sources, at
 * any temperature that fits those of its own: what is chosen lies between, where its mean score exceeds its accuracy on
 * other sources by twice as much as it falls short of it on its own. The likeliest temperature of both would be ruled by
 * the few photos of other sources that are wrong with certainty.
 *
 * @param val photos of the sources of training; only known species are looked at, as in `tune`.
 * @returns T > 0; the likeliest temperature where one of the sets has no known species.
 */
export function temperatureBetween(
  labels: readonly Label[],
  val: readonly EvaluatedPhoto[],
  tune: readonly EvaluatedPhoto[],
): number {
  const [own, other] = [val, tune].map((photos) => photos.filter(({ knownSpecies }) => knownSpecies));
  if (own!.length === 0 || other!.length === 0) return fitTemperature(val, other!);
  let [low, high] = [LOWEST, HIGHEST];
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    const temperature = Math.exp(middle);
    const excess =
      OVERCONFIDENCE_ON_TUNE * overconfidence(own!, labels, temperature) + overconfidence(other!, labels, temperature);
    if (excess > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Mean score of the best species, less the share of photos that it is right for; it falls as the temperature rises. */
function overconfidence(photos: readonly EvaluatedPhoto[], labels: readonly Label[], temperature: number): number {
  const sum = photos.reduce((excess, { logits, classes }) => {
    const logs = logProbabilities(logits, temperature);
    const best = maxIndex(labels, ({ kind }, classIndex) => (kind === 'species' ? logs[classIndex] : undefined));
    return excess + Math.exp(logs[best]!) - (classes.includes(best) ? 1 : 0);
  }, 0);
  return sum / photos.length;
}

/** The temperature of the lowest loss, by golden-section search on its logarithm between 0.05 and 20. */
function lowest(loss: (temperature: number) => number): number {
  const lossAt = (logTemperature: number) => loss(Math.exp(logTemperature));
  let [low, high] = [LOWEST, HIGHEST];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [lossLeft, lossRight] = [lossAt(left), lossAt(right)];
  while (high - low > 1e-4) {
    if (lossLeft <= lossRight) {
      [high, right, lossRight] = [right, left, lossLeft];
      left = high - GOLDEN * (high - low);
      lossLeft = lossAt(left);
    } else {
      [low, left, lossLeft] = [left, right, lossRight];
      right = low + GOLDEN * (high - low);
      lossRight = lossAt(right);
    }
  }
  return Math.exp((low + high) / 2);
}

/**
 * The temperature at which the mass on dangerous taxa, of the mass on mushrooms, is likeliest for photos of species
 * whose toxicity is known. Training with softened labels leaves a little mass on every class, and half of the classes are
 * dangerous: at the temperature that is right for names, no mushroom is ever harmless enough.
 *
 * @param sets each weighs the same, however many photos it has.
 * @returns T > 0; undefined where no photo says anything.
 */
export function fitRiskTemperature(
  labels: readonly Label[],
  table: SpeciesTable,
  ...sets: readonly (readonly EvaluatedPhoto[])[]
): number | undefined {
  const told = sets
    .map((photos) =>
      photos.flatMap(({ label, logits }) => {
        const taxon = table.find(label);
        if (taxon?.rank !== 'species' || taxon.toxicity === 'unknown') return [];
        return [{ logits, dangerous: isDangerous(taxon.toxicity) }];
      }),
    )
    .filter((photos) => photos.length > 0);
  if (told.length === 0) return undefined;
  const lossOf = ({ logits, dangerous }: (typeof told)[number][number], temperature: number) => {
    const masses = toxicityMasses(logProbabilities(logits, temperature).map(Math.exp), labels, table);
    const [danger, mushroom] = [dangerousMass(masses), sum(Object.values(masses))];
    return -Math.log(Math.max((dangerous ? danger : mushroom - danger) / mushroom, 1e-12));
  };
  return lowest((temperature) => sum(told, (photos) => mean(photos, (photo) => lossOf(photo, temperature))));
}
