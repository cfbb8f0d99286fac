import { describe, expect, it } from 'vitest';
import { formatsIn } from './useFormats.ts';

describe('a probability as a percentage', () => {
  it.each([
    [0, '< 1%'],
    [0.004, '< 1%'],
    [0.014, '1%'],
    [0.5, '50%'],
    [0.994, '> 99%'],
    [1, '> 99%'],
  ])('%d is %s: neither nothing nor certain', (share, text) => {
    expect(formatsIn('en').percent(share)).toBe(text);
  });
});

it('numbers, days and months are written as the language has them', () => {
  const day = new Date(2026, 10, 23);
  expect([formatsIn('en').number(1138), formatsIn('de').number(1138)]).toEqual(['1,138', '1.138']);
  expect([formatsIn('en').day(day), formatsIn('de').day(day)]).toEqual(['November 23, 2026', '23. November 2026']);
  expect([formatsIn('en').month(3), formatsIn('de').month(3)]).toEqual(['March', 'März']);
  // A no-break space, as German has it.
  expect(formatsIn('de').percent(0.5)).toBe('50\u00a0%');
});
