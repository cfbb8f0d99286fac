import { describe, expect, it } from 'vitest';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { readFile } from 'node:fs/promises';
import { labelSpaceOf } from '../data/label-space.ts';
import { requireClasses, requireVal } from './enough-photos.ts';

const table = parseSpeciesTable(await readFile(new URL('../../../data/species.csv', import.meta.url), 'utf8'));
const MUSCARIA = 'Amanita muscaria';
const EDULIS = 'Boletus edulis';

const check = (labels: string[], minPhotos: number) => () =>
  requireClasses(labelSpaceOf(labels, table, minPhotos), labels, table, minPhotos);

describe('what there is to train on', () => {
  it('is enough from two classes on', () => {
    expect(check([MUSCARIA, EDULIS], 1)).not.toThrow();
  });

  it.each([
    [
      [MUSCARIA, EDULIS, EDULIS, EDULIS],
      10,
      'no class .* 10 training photos \\(--min-photos\\), .* 2 species have 1 to 3 each$',
    ],
    [[MUSCARIA, EDULIS], 4, 'no class .* 4 training photos \\(--min-photos\\), .* 2 species have 1 each$'],
    [[MUSCARIA], 1, 'only one class .* 1 training photo \\(--min-photos\\), .* the one species that there is has 1$'],
    [[], 10, 'no class .* \\(--min-photos\\), and there are no photos of any species$'],
  ])('of %j, a class taking %i, is said to be too little', (labels, minPhotos, message) => {
    expect(check(labels, minPhotos)).toThrow(new RegExp(message));
  });
});

describe('what there is to choose temperatures and thresholds on', () => {
  const space = labelSpaceOf([MUSCARIA, EDULIS], table, 1);

  it('is enough if val has a photo of a class', () => {
    expect(() => requireVal(space, ['Russula emetica', EDULIS])).not.toThrow();
  });

  it.each([
    [[], /^val has no photos, and on val .* write val in the column "split"/],
    [['Russula emetica'], /^no photo of val is of a class that training has/],
  ])('is said to be missing if val has %j', (labels, message) => {
    expect(() => requireVal(space, labels)).toThrow(message);
  });
});
