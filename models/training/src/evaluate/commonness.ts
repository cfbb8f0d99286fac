import { mean } from 'd3-array';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { predictionOf } from './prediction.ts';

/**
 * The best species of each photo of a known species, by how common the named species is in training. Where all species
 * are as common, what training has much of is named too often: a score that is right on average is then too high for
 * the common names and too low for the rare ones.
 *
 * @param photosOf training photos of a species.
 * @param bounds ascending; the first is 0 or what no species is below.
 * @returns a row a bound: names of species that training has as many photos of, up to the next bound, with their mean score
 *   and the share that is right; null without any.
 */
export function namesByCommonness(
  photos: readonly EvaluatedPhoto[],
  labels: readonly Label[],
  temperature: number,
  photosOf: (species: string) => number,
  bounds: readonly number[],
) {
  const named = photos
    .filter(({ knownSpecies }) => knownSpecies)
    .flatMap(({ logits, classes }) => {
      const { species } = predictionOf(logits, labels, temperature);
      if (!species) return [];
      const { taxon, score } = species;
      const named = labels.findIndex((label) => label.kind === 'species' && label.taxon === taxon);
      return [{ common: photosOf(taxon), score, right: classes.includes(named) }];
    });
  return bounds.map((from, index) => {
    const below = bounds[index + 1] ?? Infinity;
    const within = named.filter(({ common }) => common >= from && common < below);
    return {
      from,
      names: within.length,
      score: mean(within, ({ score }) => score) ?? null,
      right: mean(within, ({ right }) => (right ? 1 : 0)) ?? null,
    };
  });
}
