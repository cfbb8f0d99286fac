import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EngineStatus } from './engine-status.ts';
import type { ModelLabels } from './model-labels.ts';
import type { RestartReason } from './worker-pool.ts';
import { WORKER_STATES } from './worker-process.ts';

/** How a request to an engine ended. */
export type InferenceOutcome = 'answered' | 'failed' | 'refused' | 'given_up';

const MODEL = ['model', 'version'] as const;

/**
 * What engines measure, for Prometheus. One object for all engines of the process, so that versions that run side by
 * side are labels of one metric.
 */
export class InferenceMetrics {
  readonly registry = new Registry();
  private readonly engines = new Set<{ status(): EngineStatus }>();
  private readonly requests: Counter<'model' | 'version' | 'outcome'>;
  private readonly restarts: Counter<'model' | 'version' | 'reason'>;
  private readonly batches: Histogram<'model' | 'version'>;

  constructor() {
    const registers = [this.registry];
    this.requests = new Counter({
      name: 'mushroom_inference_requests_total',
      help: 'Requests to the model: answered, failed, refused (not ready, or the wait too long), given_up by who asked.',
      labelNames: [...MODEL, 'outcome'],
      registers,
    });
    this.restarts = new Counter({
      name: 'mushroom_inference_worker_restarts_total',
      help: 'Workers replaced, by reason: died, hung, slow_start, unusable, memory.',
      labelNames: [...MODEL, 'reason'],
      registers,
    });
    this.batches = new Histogram({
      name: 'mushroom_inference_batch_photos',
      help: 'Photos in one run of the model.',
      labelNames: MODEL,
      buckets: [1, 2, 3, 4, 5, 6, 8, 12, 16],
      registers,
    });
    this.gauge('mushroom_model_info', '1 for each model that is loaded, with its backend.', ['backend'], (status) => [
      [{ backend: status.backend ?? 'none' }, 1],
    ]);
    this.gauge('mushroom_inference_workers', 'Workers by state.', ['state'], ({ processes }) =>
      [...WORKER_STATES, 'down'].map((state) => [{ state }, processes.filter((one) => one.state === state).length]),
    );
    this.gauge('mushroom_inference_worker_memory_bytes', 'Resident memory of a worker.', ['worker'], ({ processes }) =>
      processes.map(({ memory }, worker) => [{ worker: String(worker) }, memory]),
    );
    this.gauge('mushroom_inference_worker_tensors', 'Tensors that a worker holds.', ['worker'], ({ processes }) =>
      processes.map(({ tensors }, worker) => [{ worker: String(worker) }, tensors]),
    );
    this.gauge('mushroom_inference_queue_depth', 'Requests that wait for a worker.', [], ({ queueDepth }) => [
      [{}, queueDepth],
    ]);
    this.gauge('mushroom_inference_in_flight', 'Requests that a worker has.', [], ({ inFlight }) => [[{}, inFlight]]);
    this.gauge('mushroom_inference_wait_seconds', 'Time that a request would wait now, as learned.', [], (status) => [
      [{}, status.waitMs / 1000],
    ]);
  }

  /** Engines that run are measured; several may. */
  watch(engine: { status(): EngineStatus }): void {
    this.engines.add(engine);
  }

  forget(engine: { status(): EngineStatus }): void {
    this.engines.delete(engine);
  }

  requested(model: ModelLabels, outcome: InferenceOutcome): void {
    this.requests.inc({ ...model, outcome });
  }

  restarted(model: ModelLabels, reason: RestartReason): void {
    this.restarts.inc({ ...model, reason });
  }

  ranBatch(model: ModelLabels, photos: number): void {
    this.batches.observe(model, photos);
  }

  /** A gauge whose values are read off the engines when it is asked for. */
  private gauge<Label extends string>(
    name: string,
    help: string,
    labels: Label[],
    valuesOf: (status: EngineStatus) => [Partial<Record<Label, string>>, number][],
  ): void {
    const { engines } = this;
    new Gauge<string>({
      name,
      help,
      labelNames: [...MODEL, ...labels],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const engine of engines) {
          const status = engine.status();
          for (const [own, value] of valuesOf(status)) this.set({ ...status.model, ...own }, value);
        }
      },
    });
  }
}
