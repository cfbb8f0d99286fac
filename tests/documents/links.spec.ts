import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, readDocument, repository, withoutFences } from './markdown.ts';
import { pages } from './pages.ts';

/** Where the links and pictures of a page lead that are neither of another site nor in code. */
function relativeLinksOf(page: string): string[] {
  const text = withoutFences(readDocument(page)).replaceAll(/`[^`\n]*`(?!\])/g, '');
  const found = [...text.matchAll(/\]\(<?([^()<>\s]+)>?\)|<img[^>]* src="([^"]+)"/g)];
  return found.map(([, link, picture]) => link ?? picture!).filter((link) => !/^\w+:/.test(link));
}

describe('a link', () => {
  it.each(pages)('of %s leads to a file or folder, and to a heading if it names one', (page) => {
    const broken = relativeLinksOf(page).filter((link) => {
      const [file, anchor] = link.split('#');
      const target = file ? path.posix.join(path.posix.dirname(page), file) : page;
      if (!existsSync(path.join(repository, target))) return true;
      return anchor !== undefined && !anchorsOf(readDocument(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('is found in pages at all', () => {
    expect(pages.flatMap(relativeLinksOf).length).toBeGreaterThan(100);
  });

  it.each(['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/README.md'])('of README.md leads to %s', (page) => {
    expect(relativeLinksOf('README.md')).toContain(page);
  });
});
