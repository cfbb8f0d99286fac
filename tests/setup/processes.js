// @ts-check
// What Linux tells of processes in /proc; elsewhere it has nothing to tell.
import { readdirSync, readFileSync } from 'node:fs';

/** @typedef {{ pid: number, parent: number, command: string }} Process */

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended, or is somebody else's.
    return '';
  }
}

/** @returns {Process[]} those that have not ended. */
export function processes() {
  let names;
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // "pid (command) state parent …", and a command may hold anything.
      const [state, parent] = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ') ?? [];
      if (!state || state === 'Z') return [];
      const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      return [{ pid: Number(name), parent: Number(parent), command }];
    });
}

/**
 * @param {number} pid
 * @returns {Process[]} its children, their children and so on.
 */
export function descendantsOf(pid) {
  const all = processes();
  /** @type {(parent: number) => Process[]} */
  const below = (parent) => all.filter((one) => one.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/**
 * @param {string} variable such as "KEY=value"
 * @returns {Process[]} those that were started with it in their environment.
 */
export function startedWith(variable) {
  return processes().filter(({ pid }) => read(`/proc/${pid}/environ`).split('\0').includes(variable));
}
