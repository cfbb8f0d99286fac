import { describe, expect, it } from 'vitest';
import { drawSpecimens } from './fusion-specimens.ts';
import { photoOf } from './synthetic-photos.ts';

const PROBABILITIES = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1];
const photosOf = (label: string, count: number, source = 'meadow') =>
  Array.from({ length: count }, (_, i) => ({
    ...photoOf(label, PROBABILITIES, { source }),
    path: `${source}-${label}-${i}`,
  }));

const photos = [
  ...photosOf('Bonus edulis', 7),
  ...photosOf('Bonus edulis', 4, 'wood'),
  ...photosOf('Malus letalis', 2),
  ...photosOf('not-a-mushroom', 9),
];
const once = { rounds: 1, seed: 1 };

describe('simulated specimens', () => {
  it('hold photos of one label from one source, and never of no mushroom', () => {
    const specimens = drawSpecimens(photos, 2, 'different', { rounds: 5, seed: 1 });
    for (const specimen of specimens) {
      expect(new Set(specimen.map(({ label, source }) => `${label} ${source}`)).size).toBe(1);
      expect(specimen[0]!.label).not.toBe('not-a-mushroom');
    }
  });

  it('use each photo once a round at most, and as many as make whole specimens', () => {
    const specimens = drawSpecimens(photos, 3, 'different', once);
    expect(specimens).toHaveLength(2 + 1);
    const paths = specimens.flat().map((photo) => photo.path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('cannot be made of fewer photos than they need', () => {
    expect(drawSpecimens(photosOf('Malus letalis', 2), 3, 'different', once)).toEqual([]);
  });

  it('are the same for the same seed, and others for another', () => {
    const paths = (seed: number) =>
      drawSpecimens(photos, 2, 'different', { rounds: 1, seed })
        .flat()
        .map((photo) => photo.path);
    expect(paths(7)).toEqual(paths(7));
    expect(paths(7)).not.toEqual(paths(8));
  });

  it('repeat about half of the photos after the first where that is asked for', () => {
    const specimens = drawSpecimens(photosOf('Bonus edulis', 40), 4, 'repeated', { rounds: 20, seed: 1 });
    const different = specimens.map((specimen) => new Set(specimen).size);
    const mean = different.reduce((a, b) => a + b, 0) / different.length;
    expect(mean).toBeGreaterThan(2.3);
    expect(mean).toBeLessThan(2.7);
    expect(specimens.every((specimen) => specimen.length === 4)).toBe(true);
  });
});
