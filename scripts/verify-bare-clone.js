// @ts-check
// Does what a stranger does: clones the last commit to an empty folder, runs `npm start` with an empty npm cache,
// and sends a photo of a fly agaric. Prints how long the answer took, the first time and when nothing has changed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PHOTO = 'models/data/licensed/amanita-muscaria-1.jpg';
const DANGEROUS = ['poisonous', 'deadly'];
const PORT = '18080';
const LIMIT_MS = 180_000;
/** ONNX Runtime has no library for Macs with Intel's processors. */
const HAS_ONNX = !(process.platform === 'darwin' && process.arch === 'x64');

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(path.join(os.tmpdir(), 'bare-clone-'));
const clone = path.join(work, 'mushroom-identifier');

/** @param {string} run */
async function startToAnswer(run) {
  const started = Date.now();
  const app = spawn('npm', ['start'], {
    cwd: clone,
    // A group of its own, so that npm and the service below it end together.
    detached: true,
    env: { ...process.env, PORT, NODE_ENV: '', npm_execpath: '', npm_config_cache: path.join(work, 'npm-cache') },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    const verdict = await verdictOn(started + LIMIT_MS, () => app.exitCode !== null);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (!DANGEROUS.includes(verdict)) throw new Error(`a fly agaric was called ${verdict}`);
    return `${run}: "${verdict}" ${seconds} s after \`npm start\``;
  } finally {
    if (app.exitCode === null && app.pid) {
      process.kill(-app.pid, 'SIGTERM');
      await once(app, 'exit');
    }
  }
}

/**
 * @param {number} deadline
 * @param {() => boolean} ended
 * @returns {Promise<string>}
 */
async function verdictOn(deadline, ended) {
  const url = `http://localhost:${PORT}`;
  let ready = await fetch(`${url}/readyz`).catch(() => null);
  for (; !ready?.ok; ready = await fetch(`${url}/readyz`).catch(() => null)) {
    if (ended()) throw new Error('npm start ended without an answer');
    if (Date.now() > deadline) throw new Error(`no answer within ${LIMIT_MS / 1000} s of \`npm start\``);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const { backend } = /** @type {{ backend: string }} */ (await ready.json());
  if (backend !== 'onnx' && HAS_ONNX) throw new Error(`the fastest backend did not load: ${backend} serves`);
  const form = new FormData();
  form.append('image', new Blob([readFileSync(path.join(clone, PHOTO))], { type: 'image/jpeg' }), 'photo.jpg');
  const answer = await fetch(`${url}/api/v1/identifications`, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`the photo was answered with ${answer.status}: ${await answer.text()}`);
  const { toxicity } = /** @type {{ toxicity: { verdict: string } }} */ (await answer.json());
  return toxicity.verdict;
}

try {
  const cloned = spawnSync('git', ['clone', '--quiet', '--depth=1', `file://${repository}`, clone], {
    stdio: 'inherit',
  });
  if (cloned.status !== 0) throw new Error('git could not clone the repository');
  const first = await startToAnswer('Fresh clone');
  const again = await startToAnswer('Nothing changed');
  console.log(`\n${first}\n${again}`);
} catch (error) {
  console.error(`\nA fresh clone does not work: ${/** @type {Error} */ (error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
