// @ts-check
// `npm run audit`: asks the registry for known vulnerabilities of what is shipped; a finding that SECURITY.md does not
// explain is an error.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, reportingFailures } from './failure.js';

/**
 * What `npm audit --json` found and SECURITY.md does not name.
 *
 * @param {string} report what npm printed
 * @param {string} security the text of SECURITY.md
 * @returns {string[]} such as "tar: GHSA-… (high)"
 * @throws {Failure} where npm could not ask.
 */
export function unexplainedFindings(report, security) {
  /** @type {{ vulnerabilities?: Record<string, { via: (string | { url: string, severity: string })[] }>, message?: string }} */
  let audit;
  try {
    audit = JSON.parse(report);
  } catch {
    throw new Failure('npm audit printed no report: is the registry reachable?');
  }
  if (!audit.vulnerabilities)
    throw new Failure(`The registry could not be asked: ${audit.message ?? 'no reason given'}`);
  const findings = Object.entries(audit.vulnerabilities).flatMap(([name, { via }]) =>
    // A string names another package of this list, which has the advisory.
    via.flatMap((source) => (typeof source === 'string' ? [] : [{ name, ...source }])),
  );
  return findings
    .map(({ name, url, severity }) => ({ name, severity, id: path.posix.basename(url) }))
    .filter(({ id }) => !security.includes(id))
    .map(({ name, severity, id }) => `${name}: ${id} (${severity})`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await reportingFailures(async () => {
    const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
    const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: root, encoding: 'utf8' });
    const findings = unexplainedFindings(stdout, readFileSync(path.join(root, 'SECURITY.md'), 'utf8'));
    if (findings.length > 0) {
      throw new Failure(`Update these, or explain them in SECURITY.md:\n  ${findings.join('\n  ')}`);
    }
    console.log('Nothing that SECURITY.md does not explain.');
  });
}
