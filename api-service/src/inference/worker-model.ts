import type { OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import type { ClassMaps } from '@mushroom/recognition/explanation/class-maps';
import type { OpenOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';

/** What a photo gives: its logits, and class maps where they are wanted. */
export interface Judged {
  logits: Float32Array;
  classMaps?: ClassMaps;
}

export interface RunOptions {
  /** Whether class maps are wanted as well. */
  explain: boolean;
  /** Whether nothing else is at work, so that the run may have all processors. */
  alone: boolean;
}

/** A model that is loaded in a worker, on whatever backend. */
export interface WorkerModel {
  /** Whether a run that is alone differs from others. */
  runsAlone: boolean;
  /** @throws Error where it can't be run on these inputs. */
  run(inputs: readonly ModelInput[], options: RunOptions): Promise<Judged[]>;
  /** How many tensors it holds; more after each request would be a leak. */
  tensors(): number;
}

/** A bundle of either kind. */
export type OpenModel = ({ kind: 'classifier' } & OpenBundle) | ({ kind: 'outline' } & OpenOutlineBundle);

export interface Threads {
  /** Of a run beside others. */
  shared: number;
  /** Of a run that is alone; the worker is not asked for such runs where that is no more. */
  alone: number;
}
