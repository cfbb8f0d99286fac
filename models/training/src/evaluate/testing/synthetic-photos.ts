import { TINY_FACTS } from '@mushroom/recognition/bundle/testing/tiny-facts';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import { LabelSpace } from '../../data/label-space.ts';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { EvaluatedPhoto } from '../evaluated-photo.ts';

/** A small world for the specs of this folder: three genera that the model has, and one that it has not. */
export const table = parseSpeciesTable(`scientific_name,rank,genus,common_name,toxicity,synonyms
Bonus,genus,Bonus,,edible,
Bonus edulis,species,Bonus,Good bonus,edible,
Bonus pallidus,species,Bonus,,edible,Bonus albus
Bonus rarus,species,Bonus,,edible,
Malus letalis,species,Malus,Killer,deadly,
Malus gravis,species,Malus,,poisonous,
Malus somnians,species,Malus,,psychoactive,
Absens venenatus,species,Absens,,poisonous,
Absens durus,species,Absens,,inedible,
Ignotus,genus,Ignotus,,unknown,
Ignotus ignotus,species,Ignotus,,unknown,`);

const species = (taxon: string): Label => ({ kind: 'species', taxon, genus: taxon.split(' ')[0]!, family: '' });

export const labels: Label[] = [
  species('Bonus edulis'),
  species('Bonus pallidus'),
  species('Malus letalis'),
  species('Malus gravis'),
  { kind: 'other_in_genus', genus: 'Ignotus', family: '' },
  { kind: 'not_a_mushroom' },
];

export const model: DecisionModel = {
  labels,
  temperature: 1,
  thresholds: { mushroom: 0.5, species: 0.6, genus: 0.7 },
  costs: TINY_FACTS.costs,
};

const space = new LabelSpace(labels, table);

/** A photo of `label` on which the model gives these probabilities, in the order of the labels (none may be 0). */
export function photoOf(
  label: string,
  probabilities: readonly number[],
  given: { split?: 'train' | 'val' | 'field'; source?: string } = {},
): EvaluatedPhoto {
  const sum = probabilities.reduce((a, b) => a + b, 0);
  if (probabilities.length !== labels.length || Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(`${labels.length} probabilities that sum to 1 are needed, not ${probabilities.join(', ')}`);
  }
  return {
    path: `${label}.jpg`,
    label,
    source: given.source ?? 'meadow',
    split: given.split ?? 'val',
    classes: space.classesOf(label),
    knownSpecies: space.isKnownSpecies(label),
    logits: Float32Array.from(probabilities, Math.log),
  };
}
