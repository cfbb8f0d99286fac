import { readFileSync } from 'node:fs';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { describe, expect, it } from 'vitest';
import { termsDe } from '../../frontend/src/language/terms.de.ts';

const { taxa } = parseSpeciesTable(readFileSync(new URL('../../models/data/species.csv', import.meta.url), 'utf8'));

const LISTS = {
  toxins: taxa.flatMap(({ toxins }) => toxins),
  syndromes: taxa.flatMap(({ syndrome }) => syndrome ?? []),
  habitats: taxa.flatMap(({ habitat }) => habitat),
  substrates: taxa.flatMap(({ substrate }) => substrate),
  regions: taxa.flatMap(({ regions }) => regions),
};

/** Words that are English alone. */
const ENGLISH =
  /\b(the|and|of|with|from|or|if|by|acid|raw|woodland|soil|wood|toxin|toxic|syndrome|suspected|presumed)\b/i;

describe.each(Object.entries(LISTS))('a closed list of the species table: %s', (list, values) => {
  const german: Record<string, string> = termsDe[list as keyof typeof LISTS];

  it('has German words for every value', () => {
    expect([...new Set(values)].filter((value) => !german[value])).toEqual([]);
  });

  it('has no words for values that the table does not have', () => {
    expect(Object.keys(german).filter((value) => !values.includes(value))).toEqual([]);
  });

  it('is in German', () => {
    expect(Object.values(german).filter((words) => ENGLISH.test(words))).toEqual([]);
  });
});

it('German notes are of notes that the species table has', () => {
  const notes = new Set(taxa.map(({ note }) => note));
  expect(Object.keys(termsDe.notes).filter((note) => !notes.has(note))).toEqual([]);
});
