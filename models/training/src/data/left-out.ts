import { group as groupBy } from 'd3-array';

/** How many are named of those that are left out for the same reason. */
const NAMED = 3;

/** Some names, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** An entry of the data that is no photo to be used, and why. */
export interface LeftOut {
  place: string;
  reason: string;
}

/** A line for each reason: how many entries, and the names of some. */
export function leftOutLines(entries: readonly LeftOut[]): string[] {
  return [...groupBy(entries, ({ reason }) => reason)].map(
    ([reason, own]) => `left out, ${reason}: ${own.length} (${someOf(own.map(({ place }) => place))})`,
  );
}
