// @ts-check
import { runNpm } from './command.js';
import { missingPackages } from './freshness.js';

/**
 * Installs exactly what package-lock.json names, where anything of it is missing.
 *
 * @param {string} root the project's folder
 */
export async function installMissing(root) {
  if (missingPackages(root).length === 0) return;
  // --include=dev: the page's build tools are needed even where NODE_ENV says production.
  console.log('Some packages are missing; the first time this takes about a minute.');
  await runNpm('Installing packages', ['ci', '--include=dev'], { cwd: root });
}
