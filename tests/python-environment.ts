import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from './service-process.ts';

const run = promisify(execFile);
const MEGABYTES = 64;

/** Runs a script of Python. @returns what it printed. @throws Error with its own, where it fails. */
export type RunPython = (script: string, ...args: string[]) => Promise<string>;

/**
 * Installs Python packages into a folder of `.build`. Needs Python 3.11 with venv, and PyPI.
 * @param requirements a file that pins them.
 */
export async function pythonWith(folder: string, requirements: string): Promise<RunPython> {
  const environment = path.join(repository, '.build', folder);
  await run('python3', ['-m', 'venv', environment]);
  await run(path.join(environment, 'bin/pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    requirements,
  ]);
  return async (script, ...args) => {
    const python = path.join(environment, 'bin/python');
    return (await run(python, [script, ...args], { maxBuffer: MEGABYTES * 1024 * 1024 })).stdout;
  };
}
