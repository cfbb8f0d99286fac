import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import { greatest } from 'd3-array';
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
  /** The best species class; null where the model has no species. */
  species: { taxon: string; score: number } | null;
  /** The genus with the greatest summed score; null where the model has no mushroom. */
  genus: { taxon: string; score: number } | null;
  /** Mass on mushrooms. */
  mushroom: number;
}

/** One photo's logits → its best species and genus, by the arithmetic that `decide` uses, to the last bit. */
export function predictionOf(logits: ArrayLike<number>, labels: readonly Label[], temperature: number): Prediction {
  const distribution = fusePhotos([logProbabilities(logits, temperature)]);
  const ofSpecies = labels.flatMap((label, classIndex) =>
    label.kind === 'species' ? [{ taxon: label.taxon, score: distribution[classIndex]! }] : [],
  );
  const ofGenera = [...genusMasses(distribution, labels)].map(([taxon, score]) => ({ taxon, score }));
  const best = (taxa: { taxon: string; score: number }[]) => greatest(taxa, ({ score }) => score) ?? null;
  const [species, genus] = [best(ofSpecies), best(ofGenera)];
  return { distribution, species, genus, mushroom: mushroomMass(distribution, labels) };
}
