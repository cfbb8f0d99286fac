import type { BackendChoice, BackendName } from '@mushroom/recognition/bundle/backend';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import type { ClassMaps } from '@mushroom/recognition/explanation/class-maps';

/** A classifier of a `bundle.json`, or the model of an `outline.json`, whose logits are a mask in place of labels. */
export type ModelKind = 'classifier' | 'outline';

/** First message to a worker: what to load. */
export interface LoadMessage {
  kind: 'load';
  bundleDirectory: string;
  modelKind: ModelKind;
  backend: BackendChoice;
  /** Threads that the native library may compute with; it would take one a processor, and workers would compete. */
  threads: number;
}

/** Requests to classify together: one run of the model. */
export interface ClassifyMessage {
  kind: 'classify';
  /** The inputs of each request. */
  requests: ModelInput[][];
  /** Whether class maps are wanted as well. */
  explain: boolean;
}

/** Asks whether the worker still turns; anything that it sends is an answer. */
export interface PingMessage {
  kind: 'ping';
}

export type ToWorker = LoadMessage | ClassifyMessage | PingMessage;

export interface WorkerFootprint {
  /** Resident memory in bytes. */
  memory: number;
  /** Tensors that the backend holds; more after each request would be a leak. */
  tensors: number;
}

/** The model is loaded, warm, and agrees with its golden outputs. */
export interface ReadyMessage extends WorkerFootprint {
  kind: 'ready';
  backend: BackendName;
  loadMs: number;
  /** Largest difference of a score from the golden outputs. */
  goldenDifference: number;
  /** Native only: why the slower graph model serves instead of the SavedModel. */
  savedModelProblem?: string | undefined;
}

/** `golden`: the model runs, but not as it should; `engine`: it can not be run at all. */
export type UnusableCode = 'golden' | 'engine';

/** The model can't be served; the worker exits after this. */
export interface UnusableMessage {
  kind: 'unusable';
  code: UnusableCode;
  message: string;
}

/** One array of logits a photo, in the order of labels or cells, and its class maps where they were wanted; or why there are none. */
export type RequestResult = { logits: Float32Array[]; classMaps?: ClassMaps[] } | { error: string };

export interface ClassifiedMessage {
  kind: 'classified';
  /** In the order of the requests. */
  results: RequestResult[];
  inferMs: number;
}

export interface PongMessage extends WorkerFootprint {
  kind: 'pong';
}

export type FromWorker = ReadyMessage | UnusableMessage | ClassifiedMessage | PongMessage;
