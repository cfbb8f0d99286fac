// @ts-check
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from './command.js';
import { reportingFailures } from './failure.js';
import { checksumOf, forgetBuild, isBuiltFrom, rememberBuild } from './freshness.js';

/** What is built, and everything that the result depends on. */
const TARGETS = [
  { name: 'service', workspace: 'api-service', sources: ['api-service', 'models/recognition/src'] },
  { name: 'page', workspace: 'frontend', sources: ['frontend', 'models/recognition/src', 'models/data/species.csv'] },
];
const SOURCES_OF_ALL = ['package.json', 'package-lock.json', 'tsconfig.base.json'];

/**
 * Builds the targets whose sources have changed since they were last built.
 *
 * @param {string} root the project's folder
 */
export async function buildStale(root) {
  for (const { name, workspace, sources } of TARGETS) {
    const output = path.join(root, workspace, 'dist');
    const checksum = checksumOf(root, [...sources, ...SOURCES_OF_ALL]);
    if (isBuiltFrom(output, checksum)) continue;
    forgetBuild(output);
    await runNpm(`Building the ${name}`, ['run', 'build', '--silent', '-w', workspace], { cwd: root });
    rememberBuild(output, checksum);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await reportingFailures(() => buildStale(path.dirname(path.dirname(fileURLToPath(import.meta.url)))));
}
