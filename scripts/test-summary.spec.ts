import { describe, expect, it } from 'vitest';
import { summaryOf } from './test-summary.js';

const report = {
  success: true,
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numFailedTestSuites: 0,
};

describe('the summary of a test run', () => {
  it('counts what passed', () => {
    expect(summaryOf(report)).toEqual({ line: '12 passed, 0 failed', ok: true });
  });

  it('counts what was skipped', () => {
    expect(summaryOf({ ...report, numPendingTests: 2, numTodoTests: 1 }).line).toBe('12 passed, 0 failed, 3 skipped');
  });

  it('is no success after a failure', () => {
    const failed = { ...report, success: false, numFailedTests: 2, numFailedTestSuites: 1 };
    expect(summaryOf(failed)).toEqual({ line: '12 passed, 2 failed', ok: false });
  });

  it('is no success where a file of tests did not load', () => {
    expect(summaryOf({ ...report, success: false, numFailedTestSuites: 1 })).toEqual({
      line: '12 passed, 1 failed',
      ok: false,
    });
  });

  it('is no success where an error came from outside of the tests', () => {
    expect(summaryOf({ ...report, success: false }).ok).toBe(false);
  });

  it('is no success where no test ran', () => {
    expect(summaryOf({ ...report, numPassedTests: 0 }).ok).toBe(false);
  });
});
