import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { openBundle, readGolden, versionsOf, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { scoresOf } from '@mushroom/recognition/bundle/golden-check';
import { ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import { nativeLoads } from '@mushroom/recognition/bundle/testing/native';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { Problem } from '../problems.ts';
import { describeOnEachBackend, NEEDS_ONNX, onnxLoads } from '../testing/each-backend.ts';
import { InferenceEngine, type EngineSettings } from './engine.ts';
import { InferenceMetrics } from './inference.metrics.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Ends what hangs; nothing is expected to happen in this time. */
const WAIT = { timeout: 40_000 };

const never = new AbortController().signal;
// Every request of this file listens to it.
setMaxListeners(0, never);

let open: OpenBundle;
let input: Uint8Array;
let expected: number[];
let engines: InferenceEngine[] = [];

beforeAll(async () => {
  const { MODEL_REGISTRY } = readConfig();
  const newest = (await versionsOf(MODEL_REGISTRY, model.model)).at(-1)!;
  open = await openBundle(path.join(MODEL_REGISTRY, model.model, newest));
  const [golden] = (await readGolden(open)).cases;
  input = Buffer.from(golden!.rgb, 'base64');
  expected = golden!.scores;
});

afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })));
  engines = [];
});

/** The smaller one of the shipped models: these tests load it a hundred times. */
const model = { model: 'mushroom-student', version: '1' };
let metrics: InferenceMetrics;
beforeEach(() => (metrics = new InferenceMetrics()));

const settingsWith = (settings: Partial<EngineSettings>): EngineSettings => ({
  bundleDirectory: open.directory,
  model,
  backend: 'auto',
  workers: 1,
  queueLimit: 8,
  // A machine that is busy with other specs must not look like a worker that hangs.
  hangLimitMs: 60_000,
  ...settings,
});

function engineWith(settings: Partial<EngineSettings> = {}): InferenceEngine {
  const engine = new InferenceEngine(settingsWith(settings), createLog('silent'), metrics);
  engines.push(engine);
  return engine;
}

async function started(settings: Partial<EngineSettings> = {}): Promise<InferenceEngine> {
  const engine = engineWith(settings);
  await engine.start();
  return engine;
}

/** A value of a metric; undefined where there is none with these labels. */
async function metric(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const text = await metrics.registry.metrics();
  const expected = { ...model, ...labels };
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  const line = lines.find((line) =>
    Object.entries(expected).every(([key, value]) => line.includes(`${key}="${value}"`)),
  );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
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
    expect(engine.status().processes).toHaveLength(2);
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(2), WAIT);
    const answers = await Promise.all(Array.from({ length: 8 }, () => engine.classify([input], never)));
    expect(answers).toHaveLength(8);
    expect(engine.status()).toMatchObject({ queueDepth: 0, restarts: 0 });
  });
});

describe('an engine whose processes fail it', () => {
  it('kills a worker that hangs, and answers through the next', async () => {
    const engine = await started({ pingMs: 500, hangLimitMs: 3000 });
    const pid = halt(engine);
    expect((await engine.classify([input], never)).logits).toHaveLength(1);
    expect(engine.status().ready).not.toContain(pid);
    expect(await metric('mushroom_inference_worker_restarts_total', { reason: 'hung' })).toBe(1);
  });

  it('replaces a worker that hangs before a request finds out', async () => {
    const engine = await started({ pingMs: 500, hangLimitMs: 3000 });
    const pid = halt(engine);
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(0), WAIT);
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(1), WAIT);
    expect(engine.status().ready).not.toContain(pid);
  });

  it('answers through the other worker at once when one dies', async () => {
    const engine = await started({ workers: 2 });
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(2), WAIT);
    const pids = engine.status().ready;
    const dying = halt(engine);
    const [first, second] = [engine.classify([input], never), engine.classify([input], never)];
    await second;
    process.kill(dying, 'SIGKILL');
    expect((await first).logits).toHaveLength(1);
    expect(engine.status().ready).toEqual(pids.filter((pid) => pid !== dying));
    expect(await metric('mushroom_inference_worker_restarts_total', { reason: 'died' })).toBe(1);
    expect(await metric('mushroom_inference_requests_total', { outcome: 'answered' })).toBe(2);
  });

  it('replaces a worker that has grown too large, and fails no request meanwhile', async () => {
    const engine = await started({ pingMs: 20, memoryCeiling: 1 });
    const [old] = engine.status().ready;
    let answered = 0;
    while (engine.status().ready.includes(old!)) {
      expect((await engine.classify([input], never)).logits).toHaveLength(1);
      answered++;
    }
    expect(engine.status()).toMatchObject({ state: 'ready', restarts: 1 });
    expect(await metric('mushroom_inference_worker_restarts_total', { reason: 'memory' })).toBe(1);
    expect(await metric('mushroom_inference_requests_total', { outcome: 'answered' })).toBe(answered);
    await vi.waitFor(() => expect(() => process.kill(old!, 0)).toThrow('ESRCH'), WAIT);
  });

  it('takes the next backend where the process of one dies before it is ready', async () => {
    const engine = engineWith({ backend: 'auto' });
    const ready = engine.start();
    await vi.waitFor(() => expect(killChildren()).toBe(1), { ...WAIT, interval: 1 });
    await ready;
    expect(engine.status()).toMatchObject({ state: 'ready', backend: nativeLoads ? 'native' : 'wasm' });
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
    engine = await started({ queueLimit: 2 });
    // It outlives the single test.
    engines = [];
  });
  afterAll(() => engine.stop({ drainMs: 0 }));

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

  it('computes at a lower priority than whoever answers', () => {
    expect(os.getPriority(engine.status().ready[0])).toBeGreaterThan(os.getPriority());
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
    await vi.waitFor(() => expect(engine.status().state).toBe('recovering'), WAIT);
    await vi.waitFor(() => expect(engine.status().state).toBe('ready'), WAIT);
  });

  it('answers inference_failed to a request that has taken two workers with it', async () => {
    const first = halt(engine);
    // So many photos that the successor is still busy with them when it is killed.
    const answer = problemOf(engine.classify(Array<Uint8Array>(100).fill(input), never));
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(0), WAIT);
    await vi.waitFor(() => expect(engine.status().ready).toHaveLength(1), { ...WAIT, interval: 5 });
    process.kill(engine.status().ready[0]!, 'SIGKILL');
    expect(await answer).toBe('inference_failed');
    await vi.waitFor(() => expect(engine.status().state).toBe('ready'), WAIT);
  });
});

describe('requests that wait', () => {
  it('are refused at once where, as learned, they would wait past their deadline', async () => {
    const engine = await started({ queueLimit: 100 });
    const pid = halt(engine);
    const photos = Array<Uint8Array>(5).fill(input);
    const waiting = Array.from({ length: 10 }, () => engine.classify(photos, never));
    const { waitMs } = engine.status();
    expect(waitMs).toBeGreaterThan(0);
    const refused = await engine
      .classify(photos, never, performance.now() + waitMs / 2)
      .catch((error: Problem) => error);
    expect(refused).toMatchObject({ code: 'overloaded' });
    expect((refused as Problem).facts.retryAfter).toBeGreaterThan(0);
    expect(() => engine.admit(photos.length, performance.now() + waitMs / 2)).toThrow(
      expect.objectContaining({ code: 'overloaded' }),
    );
    expect(() => engine.admit(photos.length, performance.now() + 60_000)).not.toThrow();
    const patient = engine.classify(photos, never, performance.now() + 60_000);
    process.kill(pid, 'SIGCONT');
    expect(await Promise.all([...waiting, patient])).toHaveLength(11);
    expect(await metric('mushroom_inference_requests_total', { outcome: 'refused' })).toBe(2);
  });

  it('are answered when the engine stops, and no others are taken', async () => {
    const engine = await started({ backend: 'wasm', workers: 2 });
    const waiting = Array.from({ length: 8 }, () => engine.classify([input], never));
    const stopped = engine.stop();
    expect(engine.ready).toBe(false);
    expect(await problemOf(engine.classify([input], never))).toBe('not_ready');
    expect(await Promise.all(waiting)).toHaveLength(8);
    await stopped;
    expect(engine.status().ready).toEqual([]);
  });

  it('are answered not_ready when the engine stops and there is no time left', async () => {
    const engine = await started();
    halt(engine);
    const waiting = [1, 2].map(() => problemOf(engine.classify([input], never)));
    await engine.stop({ drainMs: 1 });
    expect(await Promise.all(waiting)).toEqual(['not_ready', 'not_ready']);
  });
});

describeOnEachBackend('batches', (backend) => {
  /** Has these requests wait together: a worker that is halted over another one keeps them from being begun. */
  async function together(engine: InferenceEngine, requests: Uint8Array[][]): Promise<(number | string)[]> {
    const pid = halt(engine);
    const first = engine.classify([input], never);
    const answers = requests.map((inputs) =>
      engine.classify(inputs, never).then(
        ({ logits }) => logits.length,
        (error: Problem) => error.code,
      ),
    );
    process.kill(pid, 'SIGCONT');
    await first;
    return Promise.all(answers);
  }

  it('are made of requests that wait, up to their limit, on native alone', async () => {
    const engine = await started({ backend, batchPhotos: 4 });
    expect(await together(engine, [[input], [input, input], [input], [input]])).toEqual([1, 2, 1, 1]);
    // The first alone; then, of the others, four photos and one.
    const runs = await metric('mushroom_inference_batch_photos_count');
    expect(runs).toBe(backend === 'native' ? 3 : 5);
    expect(await metric('mushroom_inference_batch_photos_sum')).toBe(6);
  });

  it('never hold requests that ask where the model looked with those that don’t', async () => {
    const engine = await started({ backend, batchPhotos: 8 });
    const pid = halt(engine);
    const first = engine.classify([input], never);
    const asked = [false, true, true].map((explain) => engine.classify([input], never, undefined, { explain }));
    process.kill(pid, 'SIGCONT');
    expect((await first).classMaps).toBeUndefined();
    const maps = (await Promise.all(asked)).map(({ classMaps }) => classMaps);
    expect(maps[0]).toBeUndefined();
    for (const [map, ...more] of maps.slice(1) as NonNullable<(typeof maps)[0]>[]) {
      expect(more).toEqual([]);
      expect(map!.values).toHaveLength(map!.height * map!.width * open.bundle.labels.length);
    }
    // On native the two that ask run together.
    expect(await metric('mushroom_inference_batch_photos_count')).toBe(backend === 'native' ? 3 : 4);
  });

  it('do not fail together for the fault of one', async () => {
    const engine = await started({ backend, batchPhotos: 8 });
    const tooLong = new Uint8Array(input.length + 1);
    expect(await together(engine, [[input], [tooLong], [input]])).toEqual([1, 'inference_failed', 1]);
  });

  it('are not waited for by a lone request', async () => {
    const engine = await started({ backend, batchPhotos: 8, batchDelayMs: 2 ** 30 });
    expect((await engine.classify([input], never)).logits).toHaveLength(1);
  });

  it('go when they are full, and otherwise when the first has waited long enough', async () => {
    const full = await started({ backend, batchPhotos: 2, batchDelayMs: 2 ** 30 });
    expect(await together(full, [[input], [input]])).toEqual([1, 1]);
    const scanty = await started({ backend, batchPhotos: 8, batchDelayMs: 50 });
    expect(await together(scanty, [[input], [input]])).toEqual([1, 1]);
  });

  it('whose worker dies are tried again request by request', async () => {
    const engine = await started({ backend, batchPhotos: 100 });
    const pid = halt(engine);
    const first = engine.classify([input], never);
    // So many photos that the worker is still busy with them when it is killed.
    const others = [1, 2, 3].map(() => engine.classify(Array<Uint8Array>(20).fill(input), never));
    process.kill(pid, 'SIGCONT');
    await first;
    process.kill(pid, 'SIGKILL');
    for (const { logits } of await Promise.all(others)) expect(logits).toHaveLength(20);
    expect(await metric('mushroom_inference_batch_photos_count')).toBe(4);
  });
});

describe.skipIf(!onnxLoads)(`an engine that chooses for itself (${NEEDS_ONNX})`, () => {
  it('runs on ONNX Runtime', async () => {
    expect((await started({ backend: 'auto' })).status().backend).toBe('onnx');
  });

  it('gives the same logits to a request that is alone, which may have every processor', async () => {
    const engine = await started({ workers: os.availableParallelism() });
    const [beside] = (await engine.classify([input], never)).logits;
    const [alone] = (await engine.classify([input], never, undefined, { alone: true })).logits;
    const difference = alone!.map((logit, index) => Math.abs(logit - beside![index]!));
    expect(Math.max(...difference)).toBeLessThan(1e-4);
  });

  const other = nativeLoads ? 'native' : 'wasm';

  it('takes the next backend, and says why, where the bundle has no network for it', async () => {
    const directory = await copyOfBundle();
    try {
      const file = path.join(directory, 'bundle.json');
      const bundle = JSON.parse(await readFile(file, 'utf8'));
      delete bundle.files[ONNX_MODEL_FILE];
      await writeFile(file, JSON.stringify(bundle));
      const engine = await started({ bundleDirectory: directory });
      expect(engine.status()).toMatchObject({ state: 'ready', backend: other });
      await expect(engineWith({ bundleDirectory: directory, backend: 'onnx' }).start()).rejects.toMatchObject({
        code: 'engine',
        message: `the bundle has no ${ONNX_MODEL_FILE}`,
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('takes the next backend, and says so in one line, on a machine without the library', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'no-onnx-'));
    try {
      // Node asks these hooks for every module: as on a machine that npm had no library for.
      const hooks = `export const resolve = (name, context, next) => {
        if (name === 'onnxruntime-node') throw new Error('no library for this machine');
        return next(name, context);
      };`;
      const register = `import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);`;
      await writeFile(path.join(folder, 'hooks.mjs'), hooks);
      await writeFile(path.join(folder, 'register.mjs'), register);
      vi.stubEnv('NODE_OPTIONS', `--import=${path.join(folder, 'register.mjs')}`);
      const lines: string[] = [];
      const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
      const engine = new InferenceEngine(settingsWith({ workers: 2 }), log, metrics);
      engines.push(engine);
      await engine.start();
      await vi.waitFor(() => expect(engine.status().ready).toHaveLength(2), WAIT);
      expect(engine.status().backend).toBe(other);
      expect(lines).toEqual([expect.stringContaining('no library for this machine')]);
    } finally {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    }
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
      const why = expect.stringMatching(/weights\.bin .*checksum differs/);
      await expect(engine.start()).rejects.toMatchObject({ code: 'engine', message: why });
      expect(engine.status().state).toBe('failed');
      expect(await problemOf(engine.classify([input], never))).toBe('not_ready');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  /** A bundle whose golden outputs are others, which its checksums vouch for. */
  async function withGolden(change: (golden: { cases: { rgb: string; scores: number[] }[] }) => void): Promise<string> {
    const directory = await copyOfBundle();
    const file = path.join(directory, 'golden.json');
    const golden = JSON.parse(await readFile(file, 'utf8'));
    change(golden);
    const text = JSON.stringify(golden);
    await writeFile(file, text);
    const bundle = JSON.parse(await readFile(path.join(directory, 'bundle.json'), 'utf8'));
    bundle.files['golden.json'] = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
    await writeFile(path.join(directory, 'bundle.json'), JSON.stringify(bundle));
    return directory;
  }

  it('where the model does not give the golden outputs', async () => {
    const directory = await withGolden(({ cases }) => cases[0]!.scores.reverse());
    try {
      const why = expect.stringMatching(/golden output/);
      await expect(engineWith({ bundleDirectory: directory }).start()).rejects.toMatchObject({
        code: 'golden',
        message: why,
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.skipIf(!onnxLoads)('where whole numbers come out wrong here: slower backends are not tried', async () => {
    const directory = await withGolden(({ cases }) => cases[0]!.scores.reverse());
    try {
      const file = path.join(directory, 'bundle.json');
      const bundle = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(file, JSON.stringify({ ...bundle, arithmetic: 'int8' }));
      const engine = engineWith({ bundleDirectory: directory });
      await expect(engine.start()).rejects.toMatchObject({ code: 'golden' });
      expect(engine.status().backend).toBeNull();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('where the model can not be run on the golden inputs, which is not the fault of its outputs', async () => {
    const directory = await withGolden(({ cases }) => (cases[0]!.rgb = 'AAAA'));
    try {
      await expect(engineWith({ bundleDirectory: directory }).start()).rejects.toMatchObject({ code: 'engine' });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
