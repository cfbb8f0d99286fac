import type { LabelSpace } from '../data/label-space.ts';
import type { IndexEntry } from '../data/shards.ts';

/** A labelled photo with what the model said of it: what every figure of an evaluation is computed from. */
export interface EvaluatedPhoto extends IndexEntry {
  /** The model's classes that the label may belong to; empty where the model has none for it. */
  classes: readonly number[];
  /** Whether the label is a species with a class of its own. */
  knownSpecies: boolean;
  /** One a class, in the order of the model's labels, before the temperature. */
  logits: Float32Array;
}

/**
 * Puts logits beside what is known of a photo.
 * @throws Error where the species table does not know its label.
 */
export function evaluatedPhoto(
  { path, label, source, split }: IndexEntry,
  logits: Float32Array,
  space: LabelSpace,
): EvaluatedPhoto {
  const [classes, knownSpecies] = [space.classesOf(label), space.isKnownSpecies(label)];
  return { path, label, source, split, classes, knownSpecies, logits };
}
