import type { Backend } from './backends.ts';
import type { ModelLabels } from './model-labels.ts';
import type { PoolState } from './worker-pool.ts';
import type { WorkerState } from './worker-process.ts';

/** How an engine is: plain data, for probes and metrics. */
export interface EngineStatus {
  model: ModelLabels;
  state: PoolState;
  backend: Backend | null;
  /** Process ids of the workers that can take a request. */
  ready: number[];
  workers: number;
  /** One entry per worker; `down` is one that waits to be started again. */
  processes: { pid: number | undefined; state: WorkerState | 'down'; memory: number; tensors: number }[];
  restarts: number;
  queueDepth: number;
  queueLimit: number;
  /** Requests that a worker has, and somebody waits for. */
  inFlight: number;
  /** Milliseconds that a request would wait for a worker, as learned from recent ones. */
  waitMs: number;
}
