import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BackendChoice, BackendName } from '@mushroom/models/bundle/backend';
import type { Logger } from 'pino';
import { Problem } from '../problems.ts';
import type { FromWorker, ToWorker } from './worker.protocol.ts';

export interface EngineSettings {
  bundleDirectory: string;
  backend: BackendChoice;
  workers: number;
  /** Requests that may wait for a worker. */
  queueLimit: number;
  /** Milliseconds after which a worker that does not answer hangs, and is killed; a minute where not given. */
  hangLimitMs?: number;
}

export interface Classification {
  /** One array of logits a photo, in label order. */
  logits: Float32Array[];
  queueMs: number;
  inferMs: number;
}

export type EngineState = 'starting' | 'ready' | 'recovering' | 'failed' | 'stopped';

export interface EngineStatus {
  state: EngineState;
  backend: BackendName | null;
  /** Process ids of the workers that can take a request. */
  ready: number[];
  workers: number;
  restarts: number;
  queueDepth: number;
  queueLimit: number;
}

interface Job {
  id: number;
  inputs: Uint8Array[];
  signal: AbortSignal;
  queued: number;
  started: number;
  attempts: number;
  settle(outcome: Classification | Problem): void;
}

interface Worker {
  child: ChildProcess | undefined;
  ready: boolean;
  job: Job | undefined;
  /** Times in a row that it ended without having answered a request. */
  failures: number;
  /** The end of what it wrote to its output. */
  lastWords: string;
  timer: NodeJS.Timeout | undefined;
}

/** A worker that has not loaded the model within this time hangs, and is killed. */
const LOAD_LIMIT_MS = 120_000;
const HANG_LIMIT_MS = 60_000;
/** Characters of a worker's output that are kept for the log. */
const LAST_WORDS = 1000;
const FIRST_BACK_OFF_MS = 200;
const LONGEST_BACK_OFF_MS = 30_000;
/** Ends without a word after which a worker that was never ready is given up. */
const START_ATTEMPTS = 3;
/** A request that has taken two workers with it is not given a third. */
const JOB_ATTEMPTS = 2;

// Built, the worker lies beside this file as JavaScript; from source, the same loader runs it that runs this.
const fromSource = import.meta.url.endsWith('.ts');
const loader = () => ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
const workerFile = fileURLToPath(new URL(fromSource ? './worker.ts' : './worker.js', import.meta.url));

/**
 * Runs the model in child processes, so that neither a busy nor a crashing model stops the HTTP service:
 * one request a worker at a time, the others in a bounded queue; a worker that dies is replaced.
 */
export class InferenceEngine {
  private state: EngineState = 'starting';
  private backend: BackendName | null = null;
  private choice: BackendChoice;
  private readonly workers: Worker[];
  private readonly queue: Job[] = [];
  private restarts = 0;
  private jobs = 0;
  /** Moving average of what a request takes a worker. */
  private averageMs = 100;
  private announce: { started(): void; failed(error: Error): void } | undefined;

  constructor(
    private readonly settings: EngineSettings,
    private readonly log: Logger,
  ) {
    this.choice = settings.backend;
    this.workers = Array.from({ length: settings.workers }, () => ({
      child: undefined,
      ready: false,
      job: undefined,
      failures: 0,
      lastWords: '',
      timer: undefined,
    }));
  }

  /**
   * Starts the workers. Resolves when the first is ready: the model loaded, checked against its golden outputs, warm.
   * @throws Error where the model can't be served: the bundle is broken, the backend does not load, …
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.announce = { started: resolve, failed: reject };
      for (const worker of this.workers) this.launch(worker);
    });
  }

  /**
   * Classifies the photos of one request.
   * @param inputs from `photoToInput`.
   * @throws Problem not_ready, overloaded (with the seconds after which to try again), inference_failed; or the
   * signal's reason.
   */
  classify(inputs: Uint8Array[], signal: AbortSignal): Promise<Classification> {
    if (!this.mayAnswer()) {
      return Promise.reject(new Problem('not_ready', { detail: 'The model is not loaded.', retryAfter: 5 }));
    }
    if (this.queue.length >= this.settings.queueLimit) {
      const waitMs = (this.queue.length * this.averageMs) / this.workers.length;
      return Promise.reject(new Problem('overloaded', { retryAfter: waitMs / 1000 }));
    }
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const giveUp = () => {
        const waiting = this.queue.indexOf(job);
        if (waiting >= 0) this.queue.splice(waiting, 1);
        // A request that is already with a worker runs to its end there; nobody hears the answer.
        reject(signal.reason as Error);
      };
      const job: Job = {
        id: ++this.jobs,
        inputs,
        signal,
        queued: performance.now(),
        started: 0,
        attempts: 0,
        settle(outcome) {
          signal.removeEventListener('abort', giveUp);
          if (outcome instanceof Problem) reject(outcome);
          else resolve(outcome);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.queue.push(job);
      this.dispatch();
    });
  }

  status(): EngineStatus {
    return {
      state: this.state,
      backend: this.backend,
      ready: this.workers.flatMap(({ ready, child }) => (ready && child?.pid ? [child.pid] : [])),
      workers: this.workers.length,
      restarts: this.restarts,
      queueDepth: this.queue.length,
      queueLimit: this.settings.queueLimit,
    };
  }

  /** Ends the workers. Requests that still wait are answered not_ready. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    for (const job of this.queue.splice(0)) job.settle(new Problem('not_ready', { retryAfter: 5 }));
    await Promise.all(
      this.workers.map(async ({ child, timer }) => {
        clearTimeout(timer);
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const exited = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await exited;
      }),
    );
  }

  /** While a dead worker is replaced requests wait for it; not where the replacements die as well. */
  private mayAnswer(): boolean {
    if (this.state === 'ready') return true;
    return this.state === 'recovering' && this.workers.some(({ failures }) => failures < START_ATTEMPTS);
  }

  private launch(worker: Worker): void {
    const child = fork(workerFile, {
      serialization: 'advanced',
      execArgv: fromSource ? loader() : [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // TensorFlow's native library writes lines of its own; a worker that dies mostly says why there.
    worker.lastWords = '';
    const hear = (text: Buffer) => (worker.lastWords = (worker.lastWords + text.toString()).slice(-LAST_WORDS));
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    worker.child = child;
    worker.ready = false;
    worker.timer = this.killAfter(LOAD_LIMIT_MS, child, 'did not load the model in time');
    let over = false;
    const ended = (how: string) => {
      if (over) return;
      over = true;
      this.workerEnded(worker, how);
    };
    child.on('message', (message: FromWorker) => this.heard(worker, message));
    child.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    child.on('error', (error) => {
      child.kill('SIGKILL');
      // A process that never came to be does not exit either.
      if (child.pid === undefined) ended(error.message);
    });
    const { bundleDirectory } = this.settings;
    this.tell(child, { kind: 'load', bundleDirectory, backend: this.choice });
  }

  private tell(child: ChildProcess, message: ToWorker): void {
    // A failure to send means that the worker is dying: its exit is handled, and its request with it.
    child.send(message, () => {});
  }

  private killAfter(ms: number, child: ChildProcess, why: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.log.error({ worker: child.pid }, `worker ${why}: killing it`);
      child.kill('SIGKILL');
    }, ms).unref();
  }

  private heard(worker: Worker, message: FromWorker): void {
    clearTimeout(worker.timer);
    switch (message.kind) {
      case 'ready':
        return this.workerReady(worker, message.backend, message.loadMs, message.goldenDifference);
      case 'unusable':
        this.log.error({ worker: worker.child?.pid }, `worker can not serve the model: ${message.message}`);
        if (this.state === 'starting') this.giveUp(message.message);
        return;
      default: {
        const job = worker.job;
        worker.job = undefined;
        worker.failures = 0;
        if (job?.id === message.id) {
          if (message.kind === 'logits') {
            const { logits, inferMs } = message;
            this.averageMs += 0.1 * (inferMs - this.averageMs);
            job.settle({ logits, inferMs, queueMs: job.started - job.queued });
          } else {
            this.log.error({ worker: worker.child?.pid }, `inference failed: ${message.message}`);
            job.settle(new Problem('inference_failed', { retryAfter: 1 }));
          }
        }
        this.dispatch();
      }
    }
  }

  private workerReady(worker: Worker, backend: BackendName, loadMs: number, goldenDifference: number): void {
    if (this.state === 'stopped') return;
    worker.ready = true;
    this.backend = backend;
    this.state = 'ready';
    this.log.info({ worker: worker.child?.pid, backend, loadMs: Math.round(loadMs), goldenDifference }, 'worker ready');
    this.announce?.started();
    this.dispatch();
  }

  private workerEnded(worker: Worker, how: string): void {
    clearTimeout(worker.timer);
    const wasReady = worker.ready;
    const { job, child } = worker;
    worker.child = undefined;
    worker.ready = false;
    worker.job = undefined;
    if (this.state === 'stopped' || this.state === 'failed') return;
    worker.failures++;
    if (job) this.retry(job);
    if (!wasReady && this.state === 'starting') {
      // A native library built for another processor ends the process outright; wasm runs everywhere.
      if (this.choice === 'auto') {
        this.log.warn({ worker: child?.pid, how }, 'the native backend ended its process: taking wasm');
        this.choice = 'wasm';
      }
      if (worker.failures >= START_ATTEMPTS) return this.giveUp(`the inference worker does not start (${how})`);
    }
    if (this.state === 'ready' && !this.workers.some(({ ready }) => ready)) this.state = 'recovering';
    const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (worker.failures - 1));
    this.log.error({ worker: child?.pid, how, backOff, lastWords: worker.lastWords }, 'worker ended: starting another');
    this.restarts++;
    worker.timer = setTimeout(() => this.launch(worker), backOff).unref();
  }

  private retry(job: Job): void {
    if (job.signal.aborted) return;
    if (job.attempts >= JOB_ATTEMPTS) job.settle(new Problem('inference_failed', { retryAfter: 5 }));
    else this.queue.unshift(job);
    this.dispatch();
  }

  private giveUp(message: string): void {
    this.state = 'failed';
    for (const { child, timer } of this.workers) {
      clearTimeout(timer);
      child?.kill('SIGKILL');
    }
    this.announce?.failed(new Error(message));
  }

  private dispatch(): void {
    for (const worker of this.workers) {
      if (!worker.ready || worker.job || !worker.child) continue;
      const job = this.queue.shift();
      if (!job) return;
      job.attempts++;
      job.started = performance.now();
      worker.job = job;
      worker.timer = this.killAfter(this.settings.hangLimitMs ?? HANG_LIMIT_MS, worker.child, 'does not answer');
      this.tell(worker.child, { kind: 'classify', id: job.id, inputs: job.inputs });
    }
  }
}
