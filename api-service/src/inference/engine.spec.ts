import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBundle, readGolden, versionsOf, type OpenBundle } from '@mushroom/models/bundle/bundle-reader';
import { scoresOf } from '@mushroom/models/bundle/golden-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { Problem } from '../problems.ts';
import { InferenceEngine, type EngineSettings } from './engine.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const never = new AbortController().signal;

let open: OpenBundle;
let input: Uint8Array;
let expected: number[];
let engines: InferenceEngine[] = [];

beforeAll(async () => {
  const { MODEL_REGISTRY, MODEL_NAME } = readConfig();
  const newest = (await versionsOf(MODEL_REGISTRY, MODEL_NAME)).at(-1)!;
  open = await openBundle(path.join(MODEL_REGISTRY, MODEL_NAME, newest));
  const [golden] = (await readGolden(open)).cases;
  input = Buffer.from(golden!.rgb, 'base64');
  expected = golden!.scores;
});

afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
});

function engineWith(settings: Partial<EngineSettings> = {}): InferenceEngine {
  const defaults: EngineSettings = { bundleDirectory: open.directory, backend: 'auto', workers: 1, queueLimit: 8 };
  const engine = new InferenceEngine({ ...defaults, ...settings }, createLog('silent'));
  engines.push(engine);
  return engine;
}

async function started(settings: Partial<EngineSettings> = {}): Promise<InferenceEngine> {
  const engine = engineWith(settings);
  await engine.start();
  return engine;
}

/** Halts a worker in the middle of whatever it does, so that what happens meanwhile does not depend on the clock. */
function halt(engine: InferenceEngine): number {
  const [pid] = engine.status().ready;
  process.kill(pid!, 'SIGSTOP');
  return pid!;
}

/** Kills the processes that this one has started; gives how many there were. */
function killChildren(): number {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n');
  const children = processes
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === process.pid && command !== 'ps');
  for (const [pid] of children) process.kill(Number(pid), 'SIGKILL');
  return children.length;
}

/** A copy of the bundle that a test may break. */
async function copyOfBundle(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bundle-'));
  await cp(open.directory, directory, { recursive: true });
  return directory;
}

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof Problem ? error.code : error),
  );

describe('an engine', () => {
  it.each(['auto', 'wasm'] as const)('answers with the scores of the bundle’s golden outputs (%s)', async (backend) => {
    const engine = await started({ backend });
    expect(engine.status().state).toBe('ready');
    if (backend === 'wasm') expect(engine.status().backend).toBe('wasm');
    const { logits, inferMs } = await engine.classify([input, input], never);
    expect(logits).toHaveLength(2);
    expect(inferMs).toBeGreaterThan(0);
    for (const photo of logits) {
      const differences = [...scoresOf(photo)].map((score, label) => Math.abs(score - expected[label]!));
      expect(Math.max(...differences)).toBeLessThan(1e-3);
    }
  });

  it('answers not_ready before the model is loaded, and after it was stopped', async () => {
    const engine = engineWith();
    expect(await problemOf(engine.classify([input], never))).toBe('not_ready');
    await engine.start();
    await engine.stop();
    expect(await problemOf(engine.classify([input], never))).toBe('not_ready');
    expect(engine.status()).toMatchObject({ state: 'stopped', restarts: 0, ready: [] });
  });

  it('answers many requests at once with as many workers as it has', async () => {
    const engine = await started({ backend: 'wasm', workers: 2 });
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(2), 20_000);
    const answers = await Promise.all(Array.from({ length: 8 }, () => engine.classify([input], never)));
    expect(answers).toHaveLength(8);
    expect(engine.status()).toMatchObject({ queueDepth: 0, restarts: 0 });
  });
});

describe('an engine whose processes fail it', () => {
  it('kills a worker that hangs, and answers through the next', async () => {
    const engine = await started({ hangLimitMs: 3000 });
    const pid = halt(engine);
    expect((await engine.classify([input], never)).logits).toHaveLength(1);
    expect(engine.status().ready).not.toContain(pid);
  });

  it('takes wasm where the process of the native backend dies before it is ready', async () => {
    const engine = engineWith({ backend: 'auto' });
    const ready = engine.start();
    await vi.waitFor(() => expect(killChildren()).toBe(1), { timeout: 10_000, interval: 1 });
    await ready;
    expect(engine.status()).toMatchObject({ state: 'ready', backend: 'wasm' });
  });

  it('gives up where a worker dies again and again before it is ready', async () => {
    const killing = setInterval(killChildren, 20);
    try {
      await expect(engineWith({ backend: 'wasm' }).start()).rejects.toThrow('does not start (SIGKILL)');
    } finally {
      clearInterval(killing);
    }
  });
});

describe('a running engine', () => {
  let engine: InferenceEngine;
  beforeAll(async () => {
    engine = new InferenceEngine(
      { bundleDirectory: open.directory, backend: 'auto', workers: 1, queueLimit: 2 },
      createLog('silent'),
    );
    await engine.start();
  });
  afterAll(() => engine.stop());

  it('answers overloaded, and when to come back, once its queue is full', async () => {
    const pid = halt(engine);
    const waiting = [1, 2, 3].map(() => engine.classify([input], never));
    expect(engine.status().queueDepth).toBe(2);
    const error = await engine.classify([input], never).catch((error: unknown) => error as Problem);
    expect(error).toMatchObject({ code: 'overloaded' });
    expect((error as Problem).facts.retryAfter).toBeGreaterThan(0);
    process.kill(pid, 'SIGCONT');
    expect(await Promise.all(waiting)).toHaveLength(3);
  });

  it('forgets a waiting request that is given up, and answers the others', async () => {
    const pid = halt(engine);
    const first = engine.classify([input], never);
    const controller = new AbortController();
    const second = engine.classify([input], controller.signal);
    controller.abort(new Problem('deadline_exceeded'));
    expect(await problemOf(second)).toBe('deadline_exceeded');
    expect(engine.status().queueDepth).toBe(0);
    process.kill(pid, 'SIGCONT');
    expect((await first).logits).toHaveLength(1);
  });

  it('gives a request up while a worker has it, and goes on with the next', async () => {
    const pid = halt(engine);
    const controller = new AbortController();
    const first = engine.classify([input], controller.signal);
    controller.abort(new Problem('deadline_exceeded'));
    expect(await problemOf(first)).toBe('deadline_exceeded');
    process.kill(pid, 'SIGCONT');
    expect((await engine.classify([input], never)).logits).toHaveLength(1);
  });

  it('does not begin a request that was given up before', async () => {
    const gone = AbortSignal.abort(new Problem('client_closed'));
    expect(await problemOf(engine.classify([input], gone))).toBe('client_closed');
    expect(engine.status().queueDepth).toBe(0);
  });

  it('answers inference_failed where the model throws, and goes on with the same worker', async () => {
    const [pid] = engine.status().ready;
    const tooLong = new Uint8Array(input.length + 1);
    expect(await problemOf(engine.classify([tooLong], never))).toBe('inference_failed');
    expect((await engine.classify([input], never)).logits).toHaveLength(1);
    expect(engine.status().ready).toEqual([pid]);
  });

  it('replaces a worker that dies, and its successor answers the request that it had', async () => {
    const { restarts } = engine.status();
    const pid = halt(engine);
    const answer = engine.classify([input], never);
    process.kill(pid, 'SIGKILL');
    expect((await answer).logits).toHaveLength(1);
    expect(engine.status()).toMatchObject({ state: 'ready', restarts: restarts + 1 });
    expect(engine.status().ready).not.toContain(pid);
  });

  it('is recovering, not ready, while a worker is replaced', async () => {
    process.kill(engine.status().ready[0]!, 'SIGKILL');
    await vi.waitFor(() => expect(engine.status().state).toBe('recovering'), 10_000);
    await vi.waitFor(() => expect(engine.status().state).toBe('ready'), 20_000);
  });

  it('answers inference_failed to a request that has taken two workers with it', async () => {
    const first = halt(engine);
    // So many photos that the successor is still busy with them when it is killed.
    const answer = problemOf(engine.classify(Array<Uint8Array>(100).fill(input), never));
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(0), 10_000);
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(1), { timeout: 20_000, interval: 5 });
    process.kill(engine.status().ready[0]!, 'SIGKILL');
    expect(await answer).toBe('inference_failed');
    await vi.waitFor(() => expect(engine.status().state).toBe('ready'), 20_000);
  });
});

describe('an engine does not start', () => {
  it('where the bundle is missing', async () => {
    await expect(engineWith({ bundleDirectory: '/nowhere' }).start()).rejects.toThrow(
      '/nowhere: bundle.json is missing',
    );
  });

  it('where a file of the bundle was changed', async () => {
    const directory = await copyOfBundle();
    try {
      const file = path.join(directory, 'graph', 'weights.bin');
      const bytes = await readFile(file);
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(file, bytes);
      const engine = engineWith({ bundleDirectory: directory });
      await expect(engine.start()).rejects.toThrow(/weights\.bin .*checksum differs/);
      expect(engine.status().state).toBe('failed');
      expect(await problemOf(engine.classify([input], never))).toBe('not_ready');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('where the model does not give the golden outputs', async () => {
    const directory = await copyOfBundle();
    try {
      const file = path.join(directory, 'golden.json');
      const golden = JSON.parse(await readFile(file, 'utf8'));
      golden.cases[0].scores.reverse();
      const text = JSON.stringify(golden);
      await writeFile(file, text);
      const bundle = JSON.parse(await readFile(path.join(directory, 'bundle.json'), 'utf8'));
      bundle.files['golden.json'] = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
      await writeFile(path.join(directory, 'bundle.json'), JSON.stringify(bundle));
      await expect(engineWith({ bundleDirectory: directory }).start()).rejects.toThrow(/golden output/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
