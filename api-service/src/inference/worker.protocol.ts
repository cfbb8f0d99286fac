import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import type { ClassMaps } from '@mushroom/recognition/explanation/class-maps';
import type { Backend } from './backends.ts';
import type { RunOptions, Threads } from './worker-model.ts';

/** A classifier of a `bundle.json`, or the model of an `outline.json`, whose logits are a mask in place of labels. */
export type ModelKind = 'classifier' | 'outline';

/** First message to a worker: what to load. */
export interface LoadMessage {
  kind: 'load';
  bundleDirectory: string;
  modelKind: ModelKind;
  /** To be tried in this order. */
  backends: readonly Backend[];
  threads: Threads;
}

/** Requests to classify together: one run of the model. */
export interface ClassifyMessage extends RunOptions {
  kind: 'classify';
  /** The inputs of each request. */
  requests: ModelInput[][];
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

/** It is about to load the model on this backend. */
export interface TryingMessage {
  kind: 'trying';
  backend: Backend;
}

/** The model is loaded, warm, and agrees with its golden outputs. */
export interface ReadyMessage extends WorkerFootprint {
  kind: 'ready';
  backend: Backend;
  loadMs: number;
  /** Largest difference of a score from the golden outputs. */
  goldenDifference: number;
  /** Why faster backends do not serve: a sentence each. */
  passedOver: string[];
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

export type FromWorker = TryingMessage | ReadyMessage | UnusableMessage | ClassifiedMessage | PongMessage;
