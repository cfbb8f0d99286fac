import { expect, it } from 'vitest';
import { percent } from './percent.ts';

it.each([
  [0, '< 1 %'],
  [0.004, '< 1 %'],
  [0.01, '1 %'],
  [0.934, '93 %'],
  [0.99, '99 %'],
  [0.999, '> 99 %'],
  [1, '> 99 %'],
])('%s is shown as %s: never as nothing, never as certain', (share, text) => {
  expect(percent(share)).toBe(text);
});
