import type { Split } from '../data/manifest.ts';

/** A labelled photo with what the model said of it: what every figure of an evaluation is computed from. */
export interface EvaluatedPhoto {
  path: string;
  /** A species, a genus, or `not-a-mushroom`, as the data's owner wrote it. */
  label: string;
  source: string;
  split: Split;
  /** The model's leaves that the label may belong to; empty where the model has none for it. */
  leaves: readonly number[];
  /** Whether the label is a species with a leaf of its own. */
  knownSpecies: boolean;
  /** One a leaf, in the order of the model's labels, before the temperature. */
  logits: Float32Array;
}
