// @ts-check
// `npm run cloud -- <step> <environment>`: runs a playbook of ansible/, having installed Ansible where it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, reportingFailures } from './failure.js';
import { installTools } from './python-tools.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** What an operator does, in the order of a first time. */
const STEPS = ['set-up', 'build', 'deploy', 'roll-back', 'status', 'tear-down'];

/**
 * The arguments of ansible-playbook for what was asked.
 *
 * @param {string[]} words step, environment, and whatever ansible-playbook is to be told as well
 * @param {string | undefined} variables a file of variables that are not in the repository, such as the project's id
 * @throws {Failure} where the step or the environment does not exist.
 */
export function playbookArguments([step, environment, ...rest], variables) {
  const environments = readdirSync(path.join(root, 'ansible/environments')).map((file) => path.parse(file).name);
  if (!step || !environment || !STEPS.includes(step) || !environments.includes(environment)) {
    throw new Failure(
      `Usage: npm run cloud -- <${STEPS.join('|')}> <${environments.join('|')}> [--check] [-e name=value …]\n` +
        'See ansible/README.md.',
    );
  }
  if (variables && !existsSync(variables)) throw new Failure(`CLOUD_VARIABLES names ${variables}, which is not there.`);
  const own = variables ? ['-e', `@${path.resolve(variables)}`] : [];
  return [`${step}.yml`, '-e', `@environments/${environment}.yml`, ...own, ...rest];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await reportingFailures(async () => {
    const args = playbookArguments(process.argv.slice(2), process.env.CLOUD_VARIABLES);
    const playbook = path.join(installTools(root), 'ansible-playbook');
    const { status, error } = spawnSync(playbook, args, { cwd: path.join(root, 'ansible'), stdio: 'inherit' });
    if (error) throw error;
    process.exitCode = status ?? 1;
  });
}
