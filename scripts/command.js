// @ts-check
import { spawn } from 'node:child_process';
import { adviceFor, Failure } from './failure.js';

const PROGRESS_EVERY_MS = 10_000;

/**
 * Runs npm, shows what it prints, and says every ten seconds that it is still at work.
 *
 * @param {string} task what the user is told is being done, such as "Installing packages"
 * @param {string[]} args of npm
 * @param {{ cwd: string }} options
 * @throws {Failure} where npm can't be started or ends with an error.
 */
export async function runNpm(task, args, { cwd }) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.log(`${task} …`);
  const ticker = setInterval(() => console.log(`  still at it, ${seconds()} s`), PROGRESS_EVERY_MS);
  let output = '';
  // Packages and builds are the same whatever the shell says: with NODE_ENV=test, Vite would build the page for developers.
  const env = { ...process.env };
  delete env.NODE_ENV;
  try {
    const code = await new Promise((resolve, reject) => {
      // The npm that runs us, where there is one: it may not be the one on the PATH.
      const npm = process.env.npm_execpath;
      const child = npm
        ? spawn(process.execPath, [npm, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
        : spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
      child.on('error', reject);
      child.on('close', resolve);
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          output += text;
          process.stderr.write(text);
        });
      }
    });
    if (code !== 0) throw new Failure(adviceFor(task, output));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      `${task} failed: npm could not be started (${/** @type {Error} */ (error).message}). Install npm.`,
    );
  } finally {
    clearInterval(ticker);
  }
  console.log(`${task}: done in ${seconds()} s`);
}
