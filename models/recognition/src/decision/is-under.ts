import type { Label } from '../bundle/bundle.schema.ts';
import type { Match } from './identification.ts';

/** Whether a label is what was named: the species itself, or anything in the genus. */
export function isUnder(label: Label, { taxon, rank }: Pick<Match, 'taxon' | 'rank'>): boolean {
  if (label.kind === 'not_a_mushroom') return false;
  return rank === 'genus' ? label.genus === taxon : label.kind === 'species' && label.taxon === taxon;
}
