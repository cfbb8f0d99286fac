import { describe, expect, it } from 'vitest';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import { findLabelIssues } from './label-issues.ts';

const labels: Label[] = [
  { kind: 'species', taxon: 'Aus bus', genus: 'Aus', family: '' },
  { kind: 'species', taxon: 'Aus cus', genus: 'Aus', family: '' },
  { kind: 'species', taxon: 'Dus eus', genus: 'Dus', family: '' },
  { kind: 'not_a_mushroom' },
];
const p = (...values: number[]) => Float64Array.from(values);

/** Four sound photos, one a class: each class's mean self-confidence is 0.7. */
const sound = [p(0.7, 0.1, 0.1, 0.1), p(0.1, 0.7, 0.1, 0.1), p(0.1, 0.1, 0.7, 0.1), p(0.1, 0.1, 0.1, 0.7)];
const soundSets = [[0], [1], [2], [3]];

const issuesOf = (probabilities: Float64Array, set: number[]) =>
  findLabelIssues([...sound, probabilities], [...soundSets, set], labels).filter(({ row }) => row === 4);

describe('a label', () => {
  it('is probably wrong where another class is as sure as of its own photos', () => {
    // Its own class's mean falls to 0.375; the other's stays 0.7.
    expect(issuesOf(p(0.05, 0.1, 0.8, 0.05), [0])).toEqual([
      { row: 4, finding: 'probably_mislabelled', likelier: 2, margin: expect.closeTo(0.75, 9) as number },
    ]);
  });

  it('stands where no other class is sure enough', () => {
    expect(issuesOf(p(0.1, 0.2, 0.6, 0.1), [0])).toEqual([]);
  });

  it('of a genus stands where the genus is believed, whichever its species', () => {
    expect(issuesOf(p(0.1, 0.85, 0.05, 0), [0, 1])).toEqual([]);
  });

  it('is told apart from a picture that shows no mushroom', () => {
    expect(issuesOf(p(0.02, 0.02, 0.01, 0.95), [1])[0]).toMatchObject({ finding: 'shows_no_mushroom', likelier: 3 });
  });

  it('without a class is passed over', () => {
    expect(issuesOf(p(0, 0, 1, 0), [])).toEqual([]);
  });

  it('comes the sooner the wider the margin', () => {
    const issues = findLabelIssues(
      [...sound, p(0.2, 0, 0.8, 0), p(0, 0.05, 0.95, 0)],
      [...soundSets, [0], [1]],
      labels,
    );
    expect(issues.map(({ row }) => row)).toEqual([5, 4]);
  });
});
