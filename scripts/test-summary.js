// @ts-check
// What a run of all tests came to, from vitest's JSON reports. The first run is a user's, who has neither the native library
// nor a cluster; the second has what there is of them, and runs only the files of which the first skipped a test.
//
//   node scripts/test-summary.js skipped FIRST          prints those files
//   node scripts/test-summary.js summary FIRST SECOND   prints what is still skipped, what failed, and the result as one line
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] }} Test
 *
 * @typedef {object} Report what is read of vitest's JSON report
 * @property {boolean} success false after an error outside of the tests, too
 * @property {{ name: string, status: string, message?: string, assertionResults: Test[] }[]} testResults one per file;
 *   `name` is its path
 *
 * @typedef {{ file: string, test?: string, reason: string }} AllowedSkip `file` from the root on, or a folder; `test` is
 *   part of a test's full name, without which all of the file may be skipped
 */

const ALLOWED_SKIPS = 'tests/allowed-skips.json';

const SKIPPED = ['skipped', 'pending', 'todo'];

/**
 * @param {Report} report
 * @param {string} root of the checkout that was tested
 * @returns the tests by their file, whose path begins at the root
 */
function testsByFile({ testResults }, root) {
  return new Map(
    testResults.map(({ name, status, message, assertionResults }) => [
      path.relative(root, name).split(path.sep).join('/'),
      // A file that does not load, or that fails as a whole, may have no failed test.
      { failed: status === 'failed', message, tests: assertionResults },
    ]),
  );
}

/**
 * @param {Report} report
 * @param {string} root
 * @returns {string[]} the files of which a test was skipped
 */
export function filesWithSkips(report, root) {
  return [...testsByFile(report, root)].flatMap(([file, { tests }]) =>
    tests.some(({ status }) => SKIPPED.includes(status)) ? [file] : [],
  );
}

/**
 * @param {{ report: Report, root: string }[]} runs a file counts as the last run that has it found it
 * @param {readonly AllowedSkip[]} allowed
 */
export function summaryOf(runs, allowed) {
  const files = new Map(runs.flatMap(({ report, root }) => [...testsByFile(report, root)]));
  const tests = [...files].flatMap(([file, { tests }]) => tests.map((test) => ({ file, ...test })));
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const skipped = tests.filter(({ status }) => SKIPPED.includes(status));

  /** @type {Map<string, number>} */
  const reasons = new Map();
  /** @type {string[]} */
  const unexplained = [];
  for (const { file, fullName } of skipped) {
    const found = allowed.find(
      (one) => (file === one.file || file.startsWith(`${one.file}/`)) && fullName.includes(one.test ?? ''),
    );
    if (found) reasons.set(found.reason, (reasons.get(found.reason) ?? 0) + 1);
    else unexplained.push(`${file}: ${fullName}`);
  }

  const failures = runs.flatMap(({ report, root }) => {
    const ofRun = [...testsByFile(report, root)].flatMap(([file, { failed, message, tests }]) => {
      const inTests = tests.filter(({ status }) => status === 'failed');
      if (failed && inTests.length === 0) return [`${file}: ${firstLine(message)}`];
      return inTests.map((test) => `${file}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
    });
    return ofRun.length === 0 && !report.success ? ['an error came from outside of the tests'] : ofRun;
  });
  const failed = failures.length + unexplained.length;
  const line = `${passed} passed, ${failed} failed, ${skipped.length - unexplained.length} skipped`;
  return { line, reasons, unexplained, failures, ok: failed === 0 && passed > 0 };
}

/** @param {string | undefined} message */
const firstLine = (message) => message?.trim().split('\n')[0] ?? '';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what, ...reports] = process.argv.slice(2);
  const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const runs = reports.map((file) => {
    const report = /** @type {Report} */ (JSON.parse(readFileSync(file, 'utf8')));
    // The first run may have been in another checkout, the one that this very path is in.
    const root = report.testResults[0]?.name.replace(/\/(api-service|frontend|models|scripts|tests)\/.*$/, '') ?? here;
    return { report, root };
  });
  if (what === 'skipped') {
    for (const { report, root } of runs) console.log(filesWithSkips(report, root).join('\n'));
  } else {
    const allowed = /** @type {AllowedSkip[]} */ (JSON.parse(readFileSync(path.join(here, ALLOWED_SKIPS), 'utf8')));
    const { line, reasons, unexplained, failures, ok } = summaryOf(runs, allowed);
    for (const [reason, count] of reasons) console.log(`skipped: ${count}, ${reason}`);
    for (const test of unexplained) console.log(`skipped without a reason in ${ALLOWED_SKIPS}: ${test}`);
    for (const failure of failures) console.log(`failed: ${failure}`);
    console.log(line);
    process.exitCode = ok ? 0 : 1;
  }
}
