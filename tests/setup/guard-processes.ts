// Runs in front of every file with tests: nothing that a file starts outlives it, and nothing hangs without a name.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeEach, expect } from 'vitest';
import { startedWith } from './processes.js';

/** Vitest's own limits are the shorter ones; this one and what follows it stay below two minutes. */
const LIMIT_MS = Number(process.env.TEST_BLOCKED_LIMIT_MS ?? 95_000);
/** For what is ending anyway. */
const PATIENCE_MS = 5000;

const root = path.resolve(import.meta.dirname, '../..');
const file = path.relative(root, expect.getState().testPath ?? '');

/** Every process that is started from here on inherits it. */
const MARK = 'STARTED_BY_SPEC';
process.env[MARK] = `${file} ${process.pid}`;

const beats = new BigInt64Array(new SharedArrayBuffer(8));
const beat = () => void Atomics.store(beats, 0, BigInt(Date.now()));
beat();
setInterval(beat, 1000).unref();
const watchdog = new Worker(new URL('./watchdog.js', import.meta.url), {
  workerData: { file, beats, limitMs: LIMIT_MS },
});
watchdog.unref();

beforeEach(({ task }) => {
  watchdog.postMessage(task.name);
});

// The first to be registered is the last to run.
afterAll(async () => {
  const deadline = Date.now() + PATIENCE_MS;
  let left = startedWith(`${MARK}=${process.env[MARK]}`);
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(100);
    left = startedWith(`${MARK}=${process.env[MARK]}`);
  }
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  if (left.length > 0) {
    throw new Error(
      `${file} leaves processes behind:\n${left.map(({ pid, command }) => `${pid} ${command}`).join('\n')}`,
    );
  }
}, 4 * PATIENCE_MS);
