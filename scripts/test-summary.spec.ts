import { readFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesWithSkips, summaryOf } from './test-summary.js';

/** A report on files and the states of their tests, which are named after their place. */
function run(files: Record<string, string[]>, changes: { root?: string; success?: boolean; failedFile?: string } = {}) {
  const root = changes.root ?? '/checkout';
  const testResults = Object.entries(files).map(([file, states]) => ({
    name: `${root}/${file}`,
    status: states.includes('failed') || changes.failedFile === file ? 'failed' : 'passed',
    assertionResults: states.map((status, place) => {
      const failureMessages = status === 'failed' ? ['Error: it is 4\n    at its line'] : [];
      return { status, fullName: `test ${place}`, failureMessages };
    }),
  }));
  const success = changes.success ?? testResults.every(({ status }) => status === 'passed');
  return { root, report: { success, testResults } };
}

describe('the files to run again', () => {
  it('are those of which a test was skipped', () => {
    const { report, root } = run({
      'tests/a.spec.ts': ['passed', 'skipped'],
      'tests/b.spec.ts': ['passed'],
      'models/c.spec.ts': ['pending'],
    });
    expect(filesWithSkips(report, root)).toEqual(['tests/a.spec.ts', 'models/c.spec.ts']);
  });
});

describe('the summary of two runs', () => {
  const first = run({ 'tests/a.spec.ts': ['passed', 'skipped'], 'tests/b.spec.ts': ['passed'] }, { root: '/clone' });
  const allowed = [{ file: 'tests/a.spec.ts', test: 'test 1', reason: 'needs a cluster' }];

  it('counts a file as the second run found it', () => {
    const second = run({ 'tests/a.spec.ts': ['passed', 'passed'] });
    expect(summaryOf([first, second], [])).toMatchObject({ line: '3 passed, 0 failed, 0 skipped', ok: true });
  });

  it('tells the reasons of what both skip', () => {
    const second = run({ 'tests/a.spec.ts': ['passed', 'skipped'] });
    const summary = summaryOf([first, second], allowed);
    expect(summary).toMatchObject({ line: '2 passed, 0 failed, 1 skipped', ok: true });
    expect([...summary.reasons]).toEqual([['needs a cluster', 1]]);
  });

  it('takes for a failure what both skip without a reason', () => {
    const second = run({ 'tests/a.spec.ts': ['skipped', 'skipped'] });
    expect(summaryOf([first, second], allowed)).toMatchObject({
      line: '1 passed, 1 failed, 1 skipped',
      unexplained: ['tests/a.spec.ts: test 0'],
      ok: false,
    });
  });

  it('allows the skips of a whole folder by its name', () => {
    const folder = [{ file: 'tests', reason: 'needs a cluster' }];
    expect(summaryOf([first], folder)).toMatchObject({ line: '2 passed, 0 failed, 1 skipped', ok: true });
    expect(summaryOf([first], [{ file: 'test', reason: 'another folder' }]).ok).toBe(false);
  });

  it('is no success after a failure in either run, though the other passed it', () => {
    const failed = run({ 'tests/a.spec.ts': ['failed', 'skipped'], 'tests/b.spec.ts': ['passed'] });
    const second = run({ 'tests/a.spec.ts': ['passed', 'passed'] });
    expect(summaryOf([failed, second], [])).toMatchObject({
      line: '3 passed, 1 failed, 0 skipped',
      failures: ['tests/a.spec.ts: test 0: Error: it is 4'],
      ok: false,
    });
    expect(summaryOf([first, run({ 'tests/a.spec.ts': ['passed', 'failed'] })], []).ok).toBe(false);
  });

  it('is no success where a file did not load, or an error came from outside of the tests', () => {
    const files = { 'tests/a.spec.ts': ['passed'] };
    expect(summaryOf([run(files, { failedFile: 'tests/a.spec.ts' })], [])).toMatchObject({
      line: '1 passed, 1 failed, 0 skipped',
      ok: false,
    });
    expect(summaryOf([run(files, { success: false })], []).ok).toBe(false);
  });

  it('is no success where no test ran', () => {
    expect(summaryOf([run({})], []).ok).toBe(false);
  });
});

it('every file whose tests may be skipped is there', () => {
  const allowed = JSON.parse(readFileSync('tests/allowed-skips.json', 'utf8')) as { file: string; reason: string }[];
  for (const { file, reason } of allowed) {
    expect(existsSync(file), file).toBe(true);
    expect(reason).toMatch(/\w+ \w+/);
  }
});
