import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { predictionOf } from './prediction.ts';

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
    .flatMap(({ logits, leaves }) => {
      const { species } = predictionOf(logits, labels, temperature);
      if (!species) return [];
      const { taxon, score } = species;
      const right = leaves.some((leaf) => {
        const label = labels[leaf]!;
        return label.kind === 'species' && label.taxon === taxon;
      });
      return [{ common: photosOf(taxon), score, right }];
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
