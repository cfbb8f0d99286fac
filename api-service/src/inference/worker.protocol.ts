import type { BackendChoice, BackendName } from '@mushroom/models/bundle/backend';

/** First message to a worker: what to load. */
export interface LoadMessage {
  kind: 'load';
  bundleDirectory: string;
  backend: BackendChoice;
}

export interface ClassifyMessage {
  kind: 'classify';
  id: number;
  /** `size × size × 3` bytes of RGB a photo. */
  inputs: Uint8Array[];
}

export type ToWorker = LoadMessage | ClassifyMessage;

/** The model is loaded, warm, and agrees with its golden outputs. */
export interface ReadyMessage {
  kind: 'ready';
  backend: BackendName;
  loadMs: number;
  /** Largest difference of a score from the golden outputs. */
  goldenDifference: number;
}

/** The model can't be served; the worker exits after this. */
export interface UnusableMessage {
  kind: 'unusable';
  message: string;
}

export interface LogitsMessage {
  kind: 'logits';
  id: number;
  logits: Float32Array[];
  inferMs: number;
}

export interface FailedMessage {
  kind: 'failed';
  id: number;
  message: string;
}

export type FromWorker = ReadyMessage | UnusableMessage | LogitsMessage | FailedMessage;
