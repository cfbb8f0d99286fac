// The interface of inference, for whoever holds engines:
//
//   const engine = new InferenceEngine(settings, log, metrics);  cheap: opens no file, starts no process or timer
//   await engine.start();                    resolves when a worker is warm and agrees with the bundle's golden outputs;
//                                            rejects with an UnusableModel where the bundle can't be served (then: stop())
//   engine.ready                             whether classify would be taken now
//   engine.admit(photos, deadline)           throws the Problem by which classify would refuse such a request now
//   await engine.classify(inputs, signal, deadline?, { explain, alone }?)   → { logits, classMaps?, queueMs, inferMs };
//                                            throws Problem, or signal.reason
//   engine.status()                          state, backend, workers, queue: plain data, for probes and metrics
//   await engine.stop({ drainMs? })          takes no more, answers what it has (up to drainMs), ends its processes
//
// An engine serves ONE bundle directory and shares nothing with other engines but the metrics object, where everything
// is labelled with `settings.model`: old and new versions may run side by side, and a swap is
// `await next.start(); route to next; await old.stop()`.

import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import type { ClassMaps } from '@mushroom/recognition/explanation/class-maps';
import type { Logger } from 'pino';
import { Problem } from '../problems.ts';
import { currentTrace } from '../tracing/request-trace.ts';
import { backendsToTry, type BackendChoice } from './backends.ts';
import { cpuAllowance } from './cpu-allowance.ts';
import type { EngineStatus } from './engine-status.ts';
import { InferenceMetrics, type InferenceOutcome } from './inference.metrics.ts';
import type { ModelLabels } from './model-labels.ts';
import { ServiceTime } from './service-time.ts';
import type { RunOptions } from './worker-model.ts';
import { WorkerPool } from './worker-pool.ts';
import { WorkerEnded, type WorkerProcess } from './worker-process.ts';
import type { ModelKind, RequestResult } from './worker.protocol.ts';

export interface EngineSettings {
  bundleDirectory: string;
  /** A classifier where not given. */
  modelKind?: ModelKind;
  /** What logs and metrics call it. */
  model: ModelLabels;
  backend: BackendChoice;
  workers: number;
  /** Requests that may wait for a worker, however short the wait. */
  queueLimit: number;
  /** Photos that the native backend is given in one run; 1 where not given. More than one request has goes alone. */
  batchPhotos?: number;
  /** Milliseconds that requests of an incomplete batch wait for others, from when the first came; 0 where not given. */
  batchDelayMs?: number;
  /** Bytes of resident memory past which a worker is replaced; no limit where not given. */
  memoryCeiling?: number;
  /** Milliseconds between two pings to a worker. */
  pingMs?: number;
  /** Milliseconds without a sign of life after which a worker is killed and replaced. */
  hangLimitMs?: number;
}

/** Pings cost next to nothing; memory is looked at as often. */
const PING_MS = 2000;
/** Several times what the largest batch takes, and so short that its requests can be answered elsewhere in time. */
const HANG_LIMIT_MS = 10_000;
/** Time to be taken for a photo until some were measured. */
const FIRST_GUESS_MS = 50;
/** A request that has taken two workers with it is not given a third. */
const ATTEMPTS = 2;

export interface Classification {
  /** One array of logits a photo, in the order of labels, or of an outline's cells. */
  logits: Float32Array[];
  /** What each place of a photo says for each label: only where that was asked for. */
  classMaps?: ClassMaps[];
  queueMs: number;
  inferMs: number;
}

/** What of an engine is needed by whoever holds one. */
export type Engine = Pick<InferenceEngine, 'start' | 'stop' | 'admit' | 'classify' | 'status'>;

interface Request extends RunOptions {
  inputs: ModelInput[];
  signal: AbortSignal;
  queued: number;
  attempts: number;
  /** By which the log tells whose request it was. */
  traceId: string | undefined;
  settle(result: Classification | Problem): void;
}

const photosOf = (requests: readonly Request[]) => requests.reduce((sum, { inputs }) => sum + inputs.length, 0);

/**
 * Runs the model in child processes, so that neither a busy nor a crashing model stops the HTTP service. Requests wait
 * in one bounded queue, and only where the wait, as learned, leaves them time; a worker takes one batch at a time.
 */
export class InferenceEngine {
  private readonly pool: WorkerPool;
  private readonly queue: Request[] = [];
  private readonly inFlight = new Set<Request>();
  private readonly serviceTime = new ServiceTime(FIRST_GUESS_MS);
  /** Set once it takes no more requests. */
  private stopping = false;
  private batchTimer: NodeJS.Timeout | undefined;
  /** Called when nothing waits or runs any more. */
  private emptied: (() => void) | undefined;
  private readonly log: Logger;

  constructor(
    private readonly settings: EngineSettings,
    log: Logger,
    private readonly metrics = new InferenceMetrics(),
  ) {
    this.log = log.child({ model: `${settings.model.model}/${settings.model.version}` });
    const processors = cpuAllowance();
    this.pool = new WorkerPool(
      {
        bundleDirectory: settings.bundleDirectory,
        modelKind: settings.modelKind ?? 'classifier',
        backends: backendsToTry(settings.backend),
        workers: settings.workers,
        threads: { shared: Math.max(1, Math.floor(processors / settings.workers)), alone: processors },
        memoryCeiling: settings.memoryCeiling ?? Infinity,
        pingMs: settings.pingMs ?? PING_MS,
        hangLimitMs: settings.hangLimitMs ?? HANG_LIMIT_MS,
      },
      this.log,
    );
    this.pool.on('idle', () => this.dispatch());
    this.pool.on('restart', (reason) => this.metrics.restarted(settings.model, reason));
  }

  /**
   * Starts the workers. Resolves when the first is ready: the model loaded, checked against its golden outputs, warm.
   * @throws UnusableModel where the model can't be served: the bundle is broken, the backend does not load, …
   */
  start(): Promise<void> {
    this.metrics.watch(this);
    return this.pool.start();
  }

  get ready(): boolean {
    return !this.stopping && this.pool.state === 'ready';
  }

  /**
   * Classifies the photos of one request.
   * @param inputs from `photoToInput`, one a photo.
   * @param signal gives the request up: a waiting one leaves the queue, of a running one nobody hears the answer.
   * @param deadline `performance.now()` by which an answer is wanted. A request that, as learned, would miss it is
   * refused at once.
   * @param options.explain asks for class maps.
   * @param options.alone says that the service has nothing else to do, so that the run may have all processors.
   * @throws Problem not_ready, overloaded (with the seconds after which to try again), inference_failed; or the
   * signal's reason.
   */
  async classify(
    inputs: ModelInput[],
    signal: AbortSignal,
    deadline = Infinity,
    { explain = false, alone = false } = {},
  ): Promise<Classification> {
    this.admit(inputs.length, deadline);
    let outcome: InferenceOutcome = 'failed';
    try {
      const classification = await this.enqueue(inputs, { explain, alone }, signal);
      outcome = 'answered';
      return classification;
    } catch (error) {
      if (signal.aborted) outcome = 'given_up';
      throw error;
    } finally {
      this.metrics.requested(this.settings.model, outcome);
    }
  }

  /**
   * Refuses work that could not be done in time; to be asked before anything is done for a request, too.
   * @param deadline as that of `classify`.
   * @throws Problem not_ready, overloaded (with the seconds after which to try again).
   */
  admit(photos: number, deadline: number): void {
    const refusal = this.refusalOf(photos, deadline);
    if (!refusal) return;
    this.metrics.requested(this.settings.model, 'refused');
    throw refusal;
  }

  private refusalOf(photos: number, deadline: number): Problem | undefined {
    if (this.stopping || !this.pool.hopeful) {
      return new Problem('not_ready', { detail: 'The model is not loaded.', retryAfter: 5 });
    }
    const waitMs = this.waitMs();
    // Where there is nothing to wait for it is not too late because others are served: it may try.
    const late = waitMs > 0 && performance.now() + waitMs + this.serviceTime.of(photos) > deadline;
    if (late || this.queue.length >= this.settings.queueLimit) {
      return new Problem('overloaded', { retryAfter: waitMs / 1000 });
    }
    return undefined;
  }

  status(): EngineStatus {
    const workers = this.pool.workers();
    return {
      model: this.settings.model,
      state: this.stopping ? 'stopped' : this.pool.state,
      backend: this.pool.backend,
      ready: workers.flatMap((worker) => (worker?.working && worker.pid ? [worker.pid] : [])),
      workers: workers.length,
      processes: workers.map((worker) => ({
        pid: worker?.pid,
        state: worker?.state ?? 'down',
        memory: worker?.footprint.memory ?? 0,
        tensors: worker?.footprint.tensors ?? 0,
      })),
      restarts: this.pool.restarts,
      queueDepth: this.queue.length,
      queueLimit: this.settings.queueLimit,
      inFlight: this.inFlight.size,
      waitMs: this.waitMs(),
    };
  }

  /**
   * Takes no more requests, answers those that it has, and ends the workers.
   * @param drainMs after which requests that still wait or run are answered not_ready.
   */
  async stop({ drainMs = 25_000 } = {}): Promise<void> {
    this.stopping = true;
    if (this.pool.hopeful && drainMs > 0) await this.drained(drainMs);
    clearTimeout(this.batchTimer);
    for (const request of [...this.queue.splice(0), ...this.inFlight]) {
      request.settle(new Problem('not_ready', { retryAfter: 5 }));
    }
    await this.pool.stop();
    this.metrics.forget(this);
  }

  private drained(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs).unref();
      this.emptied = () => {
        clearTimeout(timer);
        resolve();
      };
      this.checkEmptied();
    });
  }

  private checkEmptied(): void {
    if (this.queue.length === 0 && this.inFlight.size === 0) this.emptied?.();
  }

  private enqueue(inputs: ModelInput[], options: RunOptions, signal: AbortSignal): Promise<Classification> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const giveUp = () => {
        const waiting = this.queue.indexOf(request);
        if (waiting >= 0) this.queue.splice(waiting, 1);
        // A request that is already with a worker runs to its end there; nobody hears the answer.
        this.inFlight.delete(request);
        reject(signal.reason as Error);
        this.checkEmptied();
      };
      const request: Request = {
        inputs,
        ...options,
        signal,
        queued: performance.now(),
        attempts: 0,
        traceId: currentTrace()?.traceId,
        settle(result) {
          signal.removeEventListener('abort', giveUp);
          if (result instanceof Problem) reject(result);
          else resolve(result);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.queue.push(request);
      this.dispatch();
    });
  }

  /** What of the work ahead is left, over the workers that share it. */
  private waitMs(): number {
    const now = performance.now();
    const busy = this.pool.workers().flatMap((worker) => worker?.busyWith ?? []);
    if (this.queue.length === 0 && busy.length < this.pool.size) return 0;
    const running = busy.map(({ photos, since }) => Math.max(0, this.serviceTime.of(photos) - (now - since)));
    const photos = photosOf(this.queue);
    const batches = Math.ceil(photos / this.batchPhotos);
    const queued = batches > 0 ? batches * this.serviceTime.of(photos / batches) : 0;
    const work = running.reduce((sum, ms) => sum + ms, queued);
    return this.pool.size > 0 ? work / this.pool.size : work + this.pool.loadMs;
  }

  /** The others gain nothing by batches. */
  private get batchPhotos(): number {
    return this.pool.backend === 'native' ? (this.settings.batchPhotos ?? 1) : 1;
  }

  private dispatch(): void {
    clearTimeout(this.batchTimer);
    for (let idle = this.pool.idle(); idle.length > 0 && this.queue.length > 0; idle = this.pool.idle()) {
      const holdMs = this.holdMs();
      if (holdMs > 0) {
        this.batchTimer = setTimeout(() => this.dispatch(), holdMs);
        return;
      }
      void this.run(idle[0]!, this.nextBatch(idle.length));
    }
  }

  /**
   * How long to wait for others to fill a batch. A lone request never waits, nor does one that has waited for a worker
   * as long already.
   */
  private holdMs(): number {
    const delayMs = this.settings.batchDelayMs ?? 0;
    if (delayMs === 0 || this.queue.length < 2 || photosOf(this.queue) >= this.batchPhotos) return 0;
    return this.queue[0]!.queued + delayMs - performance.now();
  }

  /**
   * Takes a batch from the queue: what fits, and no more than this worker's share where others are idle as well. Those
   * that ask for class maps are not run with those that don't, who would wait for them.
   */
  private nextBatch(idleWorkers: number): Request[] {
    const limit = Math.min(this.batchPhotos, Math.ceil(photosOf(this.queue) / idleWorkers));
    const batch = [this.queue.shift()!];
    for (let photos = photosOf(batch); this.queue.length > 0;) {
      const next = this.queue[0]!;
      photos += next.inputs.length;
      // One of those that lost their worker may be what ended it: each is tried again alone.
      if (photos > limit || next.attempts > 0 || batch[0]!.attempts > 0 || next.explain !== batch[0]!.explain) break;
      batch.push(this.queue.shift()!);
    }
    return batch;
  }

  private async run(worker: WorkerProcess, batch: Request[]): Promise<void> {
    const started = performance.now();
    for (const request of batch) {
      request.attempts++;
      this.inFlight.add(request);
    }
    try {
      const { results, inferMs } = await worker.classify({
        requests: batch.map(({ inputs }) => inputs),
        explain: batch[0]!.explain,
        alone: batch[0]!.alone && this.inFlight.size === 1 && this.queue.length === 0,
      });
      this.pool.answered(worker);
      this.serviceTime.observe(photosOf(batch), performance.now() - started);
      this.metrics.ranBatch(this.settings.model, photosOf(batch));
      batch.forEach((request, index) => this.answer(request, results[index]!, started - request.queued, inferMs));
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      for (const request of batch.reverse()) this.retry(request);
    }
    this.checkEmptied();
    this.dispatch();
  }

  private answer(request: Request, result: RequestResult, queueMs: number, inferMs: number): void {
    this.inFlight.delete(request);
    if ('logits' in result) return request.settle({ ...result, queueMs, inferMs });
    this.log.error({ traceId: request.traceId }, `inference failed: ${result.error}`);
    request.settle(new Problem('inference_failed', { retryAfter: 1 }));
  }

  private retry(request: Request): void {
    this.inFlight.delete(request);
    const { traceId, attempts } = request;
    this.log.warn({ traceId, attempts }, 'a request lost its worker');
    if (request.signal.aborted) return;
    if (request.attempts < ATTEMPTS) this.queue.unshift(request);
    else request.settle(new Problem('inference_failed', { retryAfter: 5 }));
  }
}
