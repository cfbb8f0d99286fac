// @ts-check
// Prints the result of a test run as one plain line, from vitest's JSON report: `node scripts/test-summary.js <report>`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Report what is read of vitest's JSON report
 * @property {boolean} success
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests skipped
 * @property {number} numTodoTests
 * @property {number} numFailedTestSuites files and groups with a failure: a file that does not load has no failed test
 *
 * @param {Report} report
 * @returns {{ line: string, ok: boolean }} `ok` is false after a failure, and where no test ran.
 */
export function summaryOf(report) {
  const passed = report.numPassedTests;
  const failed = report.numFailedTests || (report.success ? 0 : Math.max(1, report.numFailedTestSuites));
  const skipped = report.numPendingTests + report.numTodoTests;
  const line = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
  return { line, ok: failed === 0 && passed > 0 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { line, ok } = summaryOf(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
  console.log(line);
  process.exitCode = ok ? 0 : 1;
}
