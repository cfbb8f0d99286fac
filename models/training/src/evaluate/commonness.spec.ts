import { describe, expect, it } from 'vitest';
import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import { namesByCommonness } from './commonness.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';

const labels: Label[] = [
  { kind: 'species', taxon: 'Boletus edulis', genus: 'Boletus', family: 'Boletaceae' },
  { kind: 'species', taxon: 'Boletus rarus', genus: 'Boletus', family: 'Boletaceae' },
  { kind: 'other_in_genus', genus: 'Boletus', family: 'Boletaceae' },
];
const photosOf = (species: string) => (species === 'Boletus rarus' ? 12 : 140);

const photoOf = (classIndex: number, shares: number[], knownSpecies = true): EvaluatedPhoto => ({
  path: 'photo.jpg',
  label: 'Boletus edulis',
  source: 'somewhere',
  split: 'val',
  classes: [classIndex],
  knownSpecies,
  logits: Float32Array.from(shares.map(Math.log)),
});

describe('names by how common they are', () => {
  it('are counted for the species that is named, not for the one that is shown', () => {
    const photos = [photoOf(0, [0.8, 0.1, 0.1]), photoOf(1, [0.6, 0.3, 0.1]), photoOf(1, [0.2, 0.5, 0.3])];
    const [rare, common] = namesByCommonness(photos, labels, 1, photosOf, [0, 20]);
    expect(rare).toEqual({ from: 0, names: 1, score: expect.closeTo(0.5, 6), right: 1 });
    expect(common).toEqual({ from: 20, names: 2, score: expect.closeTo(0.7, 6), right: 0.5 });
  });

  it('are of species only, whatever else is likelier', () => {
    const [rare] = namesByCommonness([photoOf(1, [0.1, 0.3, 0.6])], labels, 1, photosOf, [0, 20]);
    expect(rare).toMatchObject({ names: 1, score: expect.closeTo(0.3, 6) });
  });

  it('are surer at a lower temperature, and as right', () => {
    const rowAt = (temperature: number) =>
      namesByCommonness([photoOf(0, [0.6, 0.3, 0.1])], labels, temperature, photosOf, [20])[0]!;
    expect(rowAt(0.5).score).toBeGreaterThan(rowAt(1).score!);
    expect(rowAt(0.5).right).toBe(rowAt(1).right);
  });

  it('leave out photos of species without a class, and have no mean of none', () => {
    expect(namesByCommonness([photoOf(2, [0.6, 0.3, 0.1], false)], labels, 1, photosOf, [0])).toEqual([
      { from: 0, names: 0, score: null, right: null },
    ]);
  });
});
