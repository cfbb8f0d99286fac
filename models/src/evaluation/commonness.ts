import type { Label } from '../bundle/bundle.schema.ts';
import { logProbabilities } from '../decision/distribution.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';

/** Names of species that training has so many photos of: how sure they are, and how often right. */
export interface NamesOfCommonness {
  /** Training photos of the named species: from as many on, up to the next row. */
  from: number;
  names: number;
  /** Means over the names; null without any. */
  score: number | null;
  right: number | null;
}

/**
 * The best species of each photo of a known species, by how common the named species is in training. Where all species
 * are as common, what training has much of is named too often: a score that is right on average is then too high for
 * the common names and too low for the rare ones.
 *
 * @param photosOf training photos of a species.
 * @param bounds ascending; the first is 0 or what no species is below.
 */
export function namesByCommonness(
  photos: readonly EvaluatedPhoto[],
  labels: readonly Label[],
  temperature: number,
  photosOf: (species: string) => number,
  bounds: readonly number[],
): NamesOfCommonness[] {
  const named = photos
    .filter(({ knownSpecies }) => knownSpecies)
    .map(({ logits, leaves }) => {
      let [best, common] = [-1, 0];
      labels.forEach((label, leaf) => {
        if (label.kind !== 'species' || (best >= 0 && logits[leaf]! <= logits[best]!)) return;
        [best, common] = [leaf, photosOf(label.taxon)];
      });
      return { common, score: Math.exp(logProbabilities(logits, temperature)[best]!), right: leaves.includes(best) };
    });
  return bounds.map((from, index) => {
    const below = bounds[index + 1] ?? Infinity;
    const within = named.filter(({ common }) => common >= from && common < below);
    const mean = (values: readonly number[]) =>
      values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      from,
      names: within.length,
      score: mean(within.map(({ score }) => score)),
      right: mean(within.map(({ right }) => (right ? 1 : 0))),
    };
  });
}
