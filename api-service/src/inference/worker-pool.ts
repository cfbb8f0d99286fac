import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Backend } from './backends.ts';
import { UnusableModel } from './unusable-model.ts';
import { WorkerProcess, type EndReason, type WorkerEnd, type WorkerOptions } from './worker-process.ts';
import type { ReadyMessage, UnusableMessage } from './worker.protocol.ts';

export interface PoolOptions extends WorkerOptions {
  workers: number;
  /** Bytes of resident memory past which a worker is replaced. */
  memoryCeiling: number;
}

export type PoolState = 'starting' | 'ready' | 'recovering' | 'failed' | 'stopped';

/** Why a worker was replaced. */
export type RestartReason = Exclude<EndReason, 'retired'> | 'memory';

/** A place for a worker: who holds it, and who is about to take it over. */
interface Place {
  worker: WorkerProcess | undefined;
  successor: WorkerProcess | undefined;
  /** Workers in a row that ended here soon, without having answered. */
  failures: number;
  backOff: NodeJS.Timeout | undefined;
}

interface PoolEvents {
  /** A worker has become idle. */
  idle: [];
  restart: [RestartReason];
}

const FIRST_BACK_OFF_MS = 200;
const LONGEST_BACK_OFF_MS = 30_000;
/** Ends without a word after which a worker that was never ready is given up. */
const START_ATTEMPTS = 3;
/** A worker that has lived so long did not fail to start, asked or not. */
const LASTED_MS = 60_000;
/** A ceiling that even a fresh worker passes must not have the service do nothing but start workers. */
const MEMORY_RESTART_PAUSE_MS = 60_000;

/**
 * Supervises a fixed number of workers: starts them in parallel; replaces, with back-off, those that die or hang;
 * and replaces those that have grown too large by a successor that is ready before they go.
 */
export class WorkerPool extends EventEmitter<PoolEvents> {
  state: PoolState = 'starting';
  backend: Backend | null = null;
  restarts = 0;
  /** What the latest worker took to be ready. */
  loadMs = 0;
  private backends: readonly Backend[];
  private readonly places: Place[];
  /** Every process that has not ended, whatever its place. */
  private readonly alive = new Set<WorkerProcess>();
  private pausedUntil = 0;
  private announce: { started(): void; failed(error: Error): void } | undefined;

  constructor(
    private readonly options: PoolOptions,
    private readonly log: Logger,
  ) {
    super();
    this.backends = options.backends;
    this.places = Array.from({ length: options.workers }, () => ({
      worker: undefined,
      successor: undefined,
      failures: 0,
      backOff: undefined,
    }));
  }

  /**
   * Resolves when the first worker is ready.
   * @throws UnusableModel with what the workers say of the bundle, or how they end; Error when it is stopped first.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.announce = { started: resolve, failed: reject };
      for (const place of this.places) this.launch(place);
    });
  }

  /** A worker for each place, undefined where there is none at the moment. */
  workers(): (WorkerProcess | undefined)[] {
    return this.places.map(({ worker }) => worker);
  }

  idle(): WorkerProcess[] {
    return this.workers().filter((worker) => worker?.state === 'idle') as WorkerProcess[];
  }

  /** How many can work, busy ones included. */
  get size(): number {
    return this.workers().filter((worker) => worker?.working).length;
  }

  /** While a dead worker is replaced requests may wait for it; not where the replacements die as well. */
  get hopeful(): boolean {
    if (this.state === 'ready') return true;
    return this.state === 'recovering' && this.places.some(({ failures }) => failures < START_ATTEMPTS);
  }

  /** Ends all workers at once, whatever they do; a start that is under way fails. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    this.announce?.failed(new Error('it was stopped before it was ready'));
    await Promise.all(this.endAll());
  }

  private endAll(): Promise<unknown>[] {
    for (const { backOff } of this.places) clearTimeout(backOff);
    return [...this.alive].map((worker) => {
      const ended = new Promise((resolve) => worker.once('ended', resolve));
      worker.kill('retired');
      return ended;
    });
  }

  private newWorker(place: Place): WorkerProcess {
    const { threads } = this.options;
    // A run that is alone is given to the first: the others need no session for it.
    const own = place === this.places[0] ? threads : { shared: threads.shared, alone: threads.shared };
    const worker = new WorkerProcess({ ...this.options, backends: this.backends, threads: own }, this.log);
    this.alive.add(worker);
    worker.on('unusable', (message) => this.unusable(worker, message));
    worker.on('ended', (end) => this.ended(place, worker, end));
    return worker;
  }

  private launch(place: Place): void {
    const worker = this.newWorker(place);
    place.worker = worker;
    worker.once('ready', (message) => this.ready(place, worker, message));
  }

  private ready(place: Place, worker: WorkerProcess, message: ReadyMessage): void {
    if (this.state === 'stopped' || this.state === 'failed') return;
    const { backend, loadMs, goldenDifference, passedOver } = message;
    if (this.backend === null && passedOver.length > 0) {
      this.log.warn({ backend, passedOver }, 'a slower backend serves');
    }
    this.backend = backend;
    this.backends = [backend];
    this.loadMs = loadMs;
    this.state = 'ready';
    this.log.info({ worker: worker.pid, backend, loadMs: Math.round(loadMs), goldenDifference }, 'worker ready');
    worker.on('footprint', () => this.checkMemory(place, worker));
    this.announce?.started();
    this.emit('idle');
  }

  private unusable(worker: WorkerProcess, { code, message }: UnusableMessage): void {
    this.log.error({ worker: worker.pid }, `worker can not serve the model: ${message}`);
    if (this.state === 'starting') this.giveUp(new UnusableModel(message, code));
  }

  /** To be called when a worker has answered: it has become idle, and it does work. */
  answered(worker: WorkerProcess): void {
    const place = this.places.find((place) => place.worker === worker);
    if (place) place.failures = 0;
  }

  private checkMemory(place: Place, worker: WorkerProcess): void {
    const { memoryCeiling } = this.options;
    const { memory } = worker.footprint;
    if (memory <= memoryCeiling || worker.answered === 0 || worker !== place.worker) return;
    if (performance.now() < this.pausedUntil || this.places.some(({ successor }) => successor)) return;
    this.pausedUntil = performance.now() + MEMORY_RESTART_PAUSE_MS;
    this.log.warn({ worker: worker.pid, memory, memoryCeiling }, 'worker has grown too large: starting its successor');
    const successor = this.newWorker(place);
    place.successor = successor;
    successor.once('ready', (message) => {
      if (place.successor === successor) {
        place.successor = undefined;
        place.worker = successor;
        worker.retire();
        this.count('memory');
      }
      this.ready(place, successor, message);
    });
  }

  private count(reason: RestartReason): void {
    this.restarts++;
    this.emit('restart', reason);
  }

  private ended(place: Place, worker: WorkerProcess, { reason, how, lastWords }: WorkerEnd): void {
    this.alive.delete(worker);
    if (this.state === 'stopped' || this.state === 'failed' || reason === 'retired') return;
    this.log.error({ worker: worker.pid, reason, how, lastWords }, 'worker ended');
    if (worker === place.successor) place.successor = undefined;
    if (worker !== place.worker) return;
    if (performance.now() - worker.started > LASTED_MS) place.failures = 0;
    place.failures++;
    place.worker = place.successor;
    place.successor = undefined;
    if (this.state === 'starting') {
      // A library that is built for another processor ends the process outright; wasm runs everywhere.
      const tried = this.backends.indexOf(worker.backend ?? this.backends[0]!);
      if (tried >= 0 && tried < this.backends.length - 1) {
        this.backends = this.backends.slice(tried + 1);
        this.log.warn(
          { how, backends: this.backends },
          `the ${worker.backend} backend ended its process: trying the next`,
        );
      }
      if (place.failures >= START_ATTEMPTS) {
        return this.giveUp(new UnusableModel(`the inference worker does not start (${how})`, 'engine'));
      }
    }
    if (this.state === 'ready' && this.size === 0) this.state = 'recovering';
    this.count(reason);
    if (place.worker) return;
    const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (place.failures - 1));
    place.backOff = setTimeout(() => this.launch(place), backOff).unref();
  }

  private giveUp(why: UnusableModel): void {
    this.state = 'failed';
    void Promise.all(this.endAll());
    this.announce?.failed(why);
  }
}
