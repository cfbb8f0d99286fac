import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { childEnvironment } from '../config.ts';
import type { Backend } from './backends.ts';
import type { Threads } from './worker-model.ts';
import type {
  ClassifiedMessage,
  ClassifyMessage,
  FromWorker,
  ModelKind,
  ReadyMessage,
  ToWorker,
  UnusableMessage,
  WorkerFootprint,
} from './worker.protocol.ts';

export interface WorkerOptions {
  bundleDirectory: string;
  modelKind: ModelKind;
  /** To be tried in this order. */
  backends: readonly Backend[];
  threads: Threads;
  /** Milliseconds between two pings. */
  pingMs: number;
  /** Milliseconds without a sign of life after which a worker that was ready hangs, and is killed. */
  hangLimitMs: number;
}

export const WORKER_STATES = ['starting', 'idle', 'busy', 'retiring', 'ended'] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** Why a worker is no more. */
export type EndReason = 'died' | 'hung' | 'slow_start' | 'unusable' | 'retired';

export interface WorkerEnd {
  reason: EndReason;
  /** Exit code or signal. */
  how: string;
  /** The end of what it wrote to its output. */
  lastWords: string;
}

/** The worker ended before it answered. */
export class WorkerEnded extends Error {
  override name = 'WorkerEnded';
}

interface WorkerEvents {
  ready: [ReadyMessage];
  /** It can't serve the model, for this reason, and is about to end. */
  unusable: [UnusableMessage];
  footprint: [];
  ended: [WorkerEnd];
}

/** A worker that has not loaded the model within this time hangs, and is killed. */
const LOAD_LIMIT_MS = 120_000;
/** Characters of a worker's output that are kept for the log. */
const LAST_WORDS = 1000;

/**
 * A worker's memory is paid for as often as there are workers. The young generation of V8's heap would grow to three
 * semi-spaces of 16 MB, for little that lives shortly; and a worker collects what loading left behind by itself.
 */
const HEAP_FLAGS = ['--max-semi-space-size=2', '--expose-gc'];

/**
 * glibc keeps what large buffers took, in an arena a thread: 40 MB of the weights' copies once the model is loaded.
 * This has it give them back. Not for native, which computes in such buffers, and would ask for them again each time.
 */
const FRUGAL_ENVIRONMENT = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };

// Built, the worker lies beside this file; a spec, which runs from source, takes the built one too: compiling it for each
// process would take longer than loading the model.
const fromSource = import.meta.url.endsWith('.ts');
const workerFile = fileURLToPath(new URL(fromSource ? '../../dist/worker.js' : './worker.js', import.meta.url));

/** One child process that runs the model: started by the constructor, used for one batch at a time, never restarted. */
export class WorkerProcess extends EventEmitter<WorkerEvents> {
  /** `performance.now()` at which it was started. */
  readonly started = performance.now();
  state: WorkerState = 'starting';
  /** On which it has loaded the model, or is trying to. */
  backend: Backend | undefined;
  footprint: WorkerFootprint = { memory: 0, tensors: 0 };
  /** Batches that it has answered. */
  answered = 0;
  /** What it runs: when that began, how many photos, and who waits for it. */
  private running:
    | { since: number; photos: number; resolve(message: ClassifiedMessage): void; reject(error: Error): void }
    | undefined;
  private killedAs: EndReason | undefined;
  private lastWords = '';
  private pings: NodeJS.Timeout | undefined;
  private readonly loadTimer: NodeJS.Timeout;
  private readonly child: ChildProcess;

  constructor(
    private readonly options: WorkerOptions,
    private readonly log: Logger,
  ) {
    super();
    this.child = fork(workerFile, {
      // Typed arrays travel as bytes, where the default would spell them out as JSON. Between processes nothing can be
      // transferred or shared; pixels written to a pipe of their own save one copy of 150 kB on each side, and
      // measured they save 0.05 ms of the 0.8 ms of processor time that a photo's way takes: not worth a second channel.
      serialization: 'advanced',
      env: childEnvironment(options.backends[0] === 'native' ? {} : FRUGAL_ENVIRONMENT),
      execArgv: HEAP_FLAGS,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // TensorFlow's native library writes lines of its own; a worker that dies mostly says why there.
    const hear = (text: Buffer) => (this.lastWords = (this.lastWords + text.toString()).slice(-LAST_WORDS));
    this.child.stdout?.on('data', hear);
    this.child.stderr?.on('data', hear);
    this.child.on('message', (message: FromWorker) => this.heard(message));
    this.child.on('exit', (code, signal) => this.ended(signal ?? `exit code ${code}`));
    this.child.on('error', (error) => {
      this.child.kill('SIGKILL');
      // A process that never came to be does not exit either.
      if (this.child.pid === undefined) this.ended(error.message);
    });
    this.loadTimer = setTimeout(() => this.kill('slow_start'), LOAD_LIMIT_MS).unref();
    const { bundleDirectory, modelKind, backends, threads } = options;
    this.send({ kind: 'load', bundleDirectory, modelKind, backends, threads });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** What it runs now: since when (`performance.now()`) and how many photos. */
  get busyWith(): { since: number; photos: number } | undefined {
    return this.running;
  }

  /**
   * Runs a batch; only for a worker that is idle.
   * @throws WorkerEnded where the worker ends first.
   */
  classify(batch: Omit<ClassifyMessage, 'kind'>): Promise<ClassifiedMessage> {
    return new Promise((resolve, reject) => {
      const photos = batch.requests.reduce((sum, { length }) => sum + length, 0);
      this.running = { since: performance.now(), photos, resolve, reject };
      this.state = 'busy';
      this.send({ kind: 'classify', ...batch });
    });
  }

  /** Takes no more batches, and ends once it has answered the one that it has. */
  retire(): void {
    if (this.running) this.state = 'retiring';
    else this.kill('retired');
  }

  /** Whether it can answer: now, or when it is done with what it has. */
  get working(): boolean {
    return this.state === 'idle' || this.state === 'busy';
  }

  /** Ends the process at once. */
  kill(reason: EndReason): void {
    this.killedAs ??= reason;
    // From here to its exit it looks alive.
    this.state = 'retiring';
    this.child.kill('SIGKILL');
  }

  private send(message: ToWorker): void {
    // A failure to send means that the worker is dying: its exit is handled, and its batch with it.
    this.child.send(message, () => {});
  }

  private heard(message: FromWorker): void {
    switch (message.kind) {
      case 'trying':
        this.backend = message.backend;
        return;
      case 'ready':
        clearTimeout(this.loadTimer);
        this.state = 'idle';
        this.backend = message.backend;
        this.footprint = message;
        this.watch();
        this.emit('ready', message);
        return;
      case 'unusable':
        this.killedAs = 'unusable';
        this.emit('unusable', message);
        return;
      case 'pong':
        this.footprint = message;
        this.emit('footprint');
        return;
      case 'classified': {
        const { running } = this;
        this.running = undefined;
        this.answered++;
        if (this.state === 'retiring') this.kill('retired');
        else this.state = 'idle';
        running?.resolve(message);
      }
    }
  }

  /**
   * Pings the worker, and kills it when it does not answer. Pings without an answer are counted, and not time
   * measured: where this process itself was halted, one more ping is missing, not an hour of them.
   */
  private watch(): void {
    const { pingMs, hangLimitMs } = this.options;
    const tolerated = Math.ceil(hangLimitMs / pingMs);
    let unanswered = 0;
    this.child.on('message', () => (unanswered = 0));
    this.pings = setInterval(() => {
      if (unanswered >= tolerated) {
        this.log.error({ worker: this.pid, hangLimitMs }, 'worker does not answer: killing it');
        this.kill('hung');
        return;
      }
      unanswered++;
      this.send({ kind: 'ping' });
    }, pingMs).unref();
  }

  private ended(how: string): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    clearTimeout(this.loadTimer);
    clearInterval(this.pings);
    // First who replaces it, then who retries: the batch must not be given to the one that has just ended.
    this.emit('ended', { reason: this.killedAs ?? 'died', how, lastWords: this.lastWords });
    this.running?.reject(new WorkerEnded(how));
    this.running = undefined;
  }
}
