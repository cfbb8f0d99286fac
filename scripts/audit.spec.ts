import { describe, expect, it } from 'vitest';
import { unexplainedFindings } from './audit.js';

const report = (vulnerabilities: object) => JSON.stringify({ auditReportVersion: 2, vulnerabilities });
const tar = { via: [{ url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc', severity: 'high' }] };

describe('the audit of dependencies', () => {
  it('names a finding that SECURITY.md does not explain, once, at the package that has it', () => {
    const found = report({ tar, 'depends-on-tar': { via: ['tar'] } });
    expect(unexplainedFindings(found, '')).toEqual(['tar: GHSA-aaaa-bbbb-cccc (high)']);
  });

  it('is content with a finding that SECURITY.md explains', () => {
    expect(unexplainedFindings(report({ tar }), '| GHSA-aaaa-bbbb-cccc | only at install |')).toEqual([]);
  });

  it('is content where nothing is found', () => {
    expect(unexplainedFindings(report({}), '')).toEqual([]);
  });

  it.each([
    ['a registry that has no audit', JSON.stringify({ message: '405 Method Not Allowed' }), /405 Method Not Allowed/],
    ['no report at all', '', /printed no report/],
  ])('fails on %s, rather than to find nothing', (_, printed, sentence) => {
    expect(() => unexplainedFindings(printed, '')).toThrow(sentence);
  });
});
