// @ts-check
// `node scripts/python-tools.js`: installs what ansible/requirements.txt names into a folder of its own, once.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, reportingFailures } from './failure.js';

/**
 * The virtual environment of the requirements as they are; another list of them is another folder.
 *
 * @param {string} root the project's folder
 */
export function toolsFolder(root) {
  const requirements = readFileSync(path.join(root, 'ansible/requirements.txt'));
  return path.join(root, '.cache/python-tools', createHash('sha256').update(requirements).digest('hex').slice(0, 12));
}

/**
 * Whether the tools are installed, wholly.
 *
 * @param {string} root the project's folder
 */
export const toolsInstalled = (root) => existsSync(path.join(toolsFolder(root), 'complete'));

/**
 * Installs them where they are not installed yet.
 *
 * @param {string} root the project's folder
 * @returns {string} the folder of their programs
 * @throws {Failure} where Python 3.11 or the package index is missing.
 */
export function installTools(root) {
  const folder = toolsFolder(root);
  if (!toolsInstalled(root)) {
    rmSync(folder, { recursive: true, force: true });
    const pip = ['install', '--quiet', '--disable-pip-version-check'];
    const requirements = path.join(root, 'ansible/requirements.txt');
    try {
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
      execFileSync(path.join(folder, 'bin/pip'), [...pip, '--requirement', requirements], { stdio: 'inherit' });
    } catch (error) {
      throw new Failure(
        `Installing Ansible failed (${/** @type {Error} */ (error).message}). It needs Python 3.11 or newer with venv ` +
          '(Debian: apt-get install python3-venv) and the Python package index.',
      );
    }
    writeFileSync(path.join(folder, 'complete'), '');
  }
  return path.join(folder, 'bin');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await reportingFailures(async () => {
    installTools(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
  });
}
