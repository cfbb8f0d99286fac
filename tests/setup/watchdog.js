// @ts-check
// A thread beside a file's tests. Vitest ends a test that waits for too long, but not one that blocks its whole process,
// as `spawnSync` does with a program that never ends. This thread ends that program, and in the end the process.
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { descendantsOf } from './processes.js';

/** @type {{ file: string, beats: BigInt64Array, limitMs: number }} */
const { file, beats, limitMs } = workerData;
/** For the tests to go on once that program has ended. */
const GRACE_MS = Math.min(10_000, limitMs);

let test = 'no test yet';
parentPort?.on('message', (name) => {
  test = name;
});

let isWarned = false;
setInterval(
  () => {
    const blockedMs = Date.now() - Number(Atomics.load(beats, 0));
    if (blockedMs < limitMs) {
      isWarned = false;
    } else if (!isWarned) {
      isWarned = true;
      const children = descendantsOf(process.pid);
      say(`hangs for ${Math.round(blockedMs / 1000)} s; ends ${children.map(({ command }) => command).join(', ')}`);
      for (const { pid } of children) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended by itself.
        }
      }
    } else if (blockedMs > limitMs + GRACE_MS) {
      say('still hangs; its process is ended');
      process.kill(process.pid, 'SIGKILL');
    }
  },
  Math.min(1000, limitMs / 4),
);

/** @param {string} what */
function say(what) {
  // Straight to the file descriptor: a thread's own console waits for the thread that is blocked.
  writeSync(2, `\n${file} > ${test}: ${what}\n`);
}
