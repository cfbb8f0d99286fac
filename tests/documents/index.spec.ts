import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from './markdown.ts';
import { docs } from './pages.ts';

const INDEX = 'docs/README.md';
const groups = readDocument(INDEX).split(/^## /m).slice(1);
const linksOf = (text: string) =>
  [...text.matchAll(/^- \[[^\]]+\]\(([\w./-]+\.md)\)[:,] /gm)].map(([, link]) => path.posix.join('docs', link!));

describe('the index of the documentation', () => {
  it('has four groups', () => {
    expect(groups.map((group) => group.split('\n')[0])).toEqual(['Use', 'Train', 'Operate', 'Research']);
  });

  it('has every page once, and says what it is about', () => {
    expect(groups.flatMap(linksOf).sort()).toEqual(docs.filter((page) => page !== INDEX));
  });

  it('has the pages of research in the group of that name', () => {
    expect(linksOf(groups.at(-1)!).filter((page) => page.startsWith('docs/research/'))).toHaveLength(
      docs.filter((page) => page.startsWith('docs/research/')).length,
    );
  });

  it('has research newest first', () => {
    const dates = [...groups.at(-1)!.matchAll(/, (20\d\d-\d\d-\d\d): /g)].map(([, date]) => date!);
    expect(dates.length).toBeGreaterThan(10);
    expect(dates).toEqual(dates.toSorted().reverse());
  });
});

describe('a page of research', () => {
  it.each(docs.filter((page) => page.startsWith('docs/research/')))(
    '%s has a question, a set-up, a result and a decision',
    (page) => {
      const headings = [...readDocument(page).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      expect(headings.slice(0, 4)).toEqual(['Question', 'Set-up', 'Result', 'Decision']);
    },
  );
});
