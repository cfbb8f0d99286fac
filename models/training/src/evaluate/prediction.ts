import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import {
  fusePhotos,
  genusMasses,
  logProbabilities,
  mushroomMass,
  type Distribution,
} from '@mushroom/recognition/decision/distribution';

/** What the scores of one photo say before any threshold: the best at each rank. */
export interface Prediction {
  distribution: Distribution;
  /** The best species leaf; null where the model has no species. */
  species: { taxon: string; score: number } | null;
  /** The genus with the greatest summed score; null where the model has no mushroom. */
  genus: { taxon: string; score: number } | null;
  /** Mass on mushrooms. */
  mushroom: number;
}

/** One photo's logits → its best species and genus, by the arithmetic that `decide` uses, to the last bit. */
export function predictionOf(logits: ArrayLike<number>, labels: readonly Label[], temperature: number): Prediction {
  const distribution = fusePhotos([logProbabilities(logits, temperature)]);
  let species: Prediction['species'] = null;
  labels.forEach((label, leaf) => {
    const score = distribution[leaf]!;
    if (label.kind === 'species' && score > (species?.score ?? -1)) species = { taxon: label.taxon, score };
  });
  let genus: Prediction['genus'] = null;
  for (const [taxon, score] of genusMasses(distribution, labels)) {
    if (score > (genus?.score ?? -1)) genus = { taxon, score };
  }
  return { distribution, species, genus, mushroom: mushroomMass(distribution, labels) };
}
