import { expect, it } from 'vitest';
import { answerFigures, leadOf } from './answer-figures.ts';
import { answerTable, markdownTable, top1Table } from './answer-table.ts';
import { outcomeOf } from './outcome.ts';
import { model, photoOf, table } from './synthetic-photos.ts';

const outcomes = [outcomeOf(photoOf('Bonus edulis', [0.8, 0.1, 0.04, 0.02, 0.02, 0.02]), model, table)];
const figures = answerFigures(outcomes, model, table);

it('a table has a title a column and a line a row, aligned', () => {
  expect(markdownTable(['a', 'value'], [['long name', '1']]).split('\n')).toEqual([
    '| a         | value |',
    '| --------- | ----- |',
    '| long name | 1     |',
  ]);
});

it('answers are shown in percent, with their lead where there is one', () => {
  const [, , alone, fused] = answerTable('fused by', [
    { name: 'alone', figures, lead: null },
    { name: 'fused', figures, lead: leadOf(outcomes, outcomes, model) },
  ]).split('\n');
  expect(alone).toMatch(/^\| alone +\| 100\.0 /);
  expect(alone).toMatch(/– +\| – +\|$/);
  expect(fused).toMatch(/0\.0 \(0\.0 to 0\.0\)/);
});

it('a share of nothing is a dash, not a zero', () => {
  const empty = answerFigures([], model, table);
  expect(top1Table('top-1 of', ['two'], [{ name: 'row', by: { two: empty } }])).toContain('| row      | –   |');
});
