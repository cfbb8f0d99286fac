import { figuresSchema } from './figures.schema.ts';
import { readDocument } from './markdown.ts';

/** `docs/figures.json`: measured figures that pages state. Accuracy is not among them: `bundles.ts` reads it. */
export const figures = figuresSchema.parse(JSON.parse(readDocument('docs/figures.json')));

/** What the name of a figure, or of what it is in, ends with, and how pages write that. */
const UNITS = [
  [/(Mb|egabytes)$/, 'MB'],
  [/Ms$/, 'ms'],
  [/PerSecond$/, 'per second'],
] as const;

/** Every figure that has one of those units, however deep. */
export function amountsIn(value: unknown, unit = ''): { value: number; unit: string }[] {
  if (typeof value === 'number') return [{ value, unit }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    amountsIn(inner, UNITS.find(([ending]) => ending.test(key))?.[1] ?? unit),
  );
}

/** A number as pages write it: a decimal below a hundred, whole and with commas above. */
export const short = (value: number) => (value < 100 ? value.toFixed(1) : whole(value));

/** A whole number as pages write it, such as 1,590. */
export const whole = (value: number) => Math.round(value).toLocaleString('en-US');
