import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { releaseNotes } from './release-notes.js';

const CHANGELOG = '# Changelog\n\n## Unreleased\n\n- soon\n\n## 1.2.3 (2026-11-01)\n\n- a\n- b\n\n## 1.2.2\n\n- c\n';

describe('the notes of a release', () => {
  it('are the section of its version', () => {
    expect(releaseNotes('v1.2.3', '1.2.3', CHANGELOG)).toBe('- a\n- b');
    expect(releaseNotes('v1.2.2', '1.2.2', CHANGELOG)).toBe('- c');
  });

  it.each([
    ['a tag that is no version', '1.2.3', '1.2.3', CHANGELOG, /no version/],
    ['a tag that package.json does not have', 'v1.2.4', '1.2.3', CHANGELOG, /The tag says 1.2.4, package.json 1.2.3/],
    ['a version that the changelog does not have', 'v1.2.1', '1.2.1', CHANGELOG, /says nothing of 1.2.1/],
    ['an empty section', 'v1.2.2', '1.2.2', '## 1.2.2\n\n## 1.2.1\n\n- x\n', /says nothing of 1.2.2/],
  ])('are refused for %s', (_, tag, version, changelog, sentence) => {
    expect(() => releaseNotes(tag, version, changelog)).toThrow(sentence);
  });

  it('are there for the version that package.json says', () => {
    const root = path.resolve(import.meta.dirname, '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(releaseNotes(`v${version}`, version, readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'))).not.toBe('');
  });
});
