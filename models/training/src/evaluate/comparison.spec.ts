import { describe, expect, it } from 'vitest';
import { comparisonOf } from './comparison.ts';
import { evaluatePhotos } from './evaluation.ts';
import { FIGURE_ROWS, VERDICT_ROWS } from './figure-rows.ts';
import { model, photoOf, table } from './testing/synthetic-photos.ts';

const edulis = [0.95, 0.01, 0.001, 0.001, 0.018, 0.02];
const letalis = [0.02, 0.02, 0.9, 0.02, 0.02, 0.02];
const right = evaluatePhotos([photoOf('Bonus edulis', edulis)], model, table);
const wrong = evaluatePhotos([photoOf('Bonus edulis', letalis)], model, table);
const top1 = (text: string) => text.split('\n').find((line) => line.includes('top-1'));

describe('the comparison with a stated evaluation', () => {
  it('shows what the bundle says where that is something else', () => {
    expect(top1(comparisonOf(right, wrong))).toMatch(/100\.0 % .* bundle says 0\.0 %/);
  });

  it('says nothing of figures that agree', () => {
    expect(comparisonOf(right, right)).not.toContain('bundle says');
  });

  it('shows the figures alone where nothing is stated', () => {
    expect(top1(comparisonOf(right, null))).toMatch(/100\.0 %/);
    expect(comparisonOf(right, null)).not.toContain('test');
  });
});

it('shows every figure that a model card shows, the precision of both ranks among them', () => {
  const names = [...FIGURE_ROWS, ...VERDICT_ROWS].map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(comparisonOf(right, null)).toContain(`  ${name} `);
});
