import { describe, expect, it } from 'vitest';
import { readDocument, tableRowsOf } from './markdown.ts';

const [before = '', after = ''] = readDocument('docs/cost.md').split('## Prices');
const numberOf = (text: string) => Number(text.replaceAll(/[,*]/g, ''));
const prices = new Map(tableRowsOf(after).map(([name, price]) => [name!, numberOf(price!)]));
const sections = before.split(/^## /m).filter((section) => section.includes('**together**'));

describe('the cost page', () => {
  it('has a month at rest and one at 100 requests per second', () => {
    expect(sections.map((section) => section.split('\n')[0])).toEqual(['At rest', 'At 100 requests per second']);
  });

  it('has every price once, and says where to look it up', () => {
    for (const [name, price, unit, where] of tableRowsOf(after)) {
      expect(numberOf(price!), name).not.toBeNaN();
      expect(unit, name).not.toBe('');
      expect(where, name).toMatch(/^https:|the same/);
    }
  });

  it.each(sections.map((section) => [section.split('\n')[0]!, tableRowsOf(section)] as const))(
    'adds up: %s',
    (_, rows) => {
      let sum = 0;
      for (const [what, quantity, price, month] of rows.slice(0, -1)) {
        const amount = quantity!.split('×').reduce((product, factor) => product * Number.parseFloat(factor), 1);
        expect(prices.has(price!), `${what}: ${price}`).toBe(true);
        // Half a cent of rounding.
        expect(Math.abs(amount * prices.get(price!)! - numberOf(month!)), what).toBeLessThan(0.0051);
        sum += numberOf(month!);
      }
      expect(numberOf(rows.at(-1)![3]!)).toBeCloseTo(sum, 2);
    },
  );
});
