import { describe, expect, it } from 'vitest';
import { heldOutReference } from './held-out-reference.ts';
import type { PhotoRecord } from './manifest.ts';

const photo = (file: string, label: string, reference?: true): PhotoRecord => ({
  file,
  label,
  source: 's',
  split: 'train',
  group: null,
  reference,
});

describe('reference photos held out of training', () => {
  it('are all those of species that other photos teach', () => {
    const photos = [photo('a', 'Aus bus'), photo('b', 'Aus bus', true), photo('c', 'Aus bus', true)];
    expect([...heldOutReference(photos, 1)]).toEqual(['b', 'c']);
  });

  it('are some of the species that nothing else shows, all photos of a species or none', () => {
    const photos = Array.from({ length: 200 }, (_, index) => [
      photo(`${index}/a`, `Aus ${index}`, true),
      photo(`${index}/b`, `Aus ${index}`, true),
    ]).flat();
    const heldOut = heldOutReference(photos, 1);
    expect(heldOut.size / photos.length).toBeGreaterThan(0.2);
    expect(heldOut.size / photos.length).toBeLessThan(0.4);
    for (let index = 0; index < 200; index++) expect(heldOut.has(`${index}/a`)).toBe(heldOut.has(`${index}/b`));
  });

  it('are the same for the same seed, and others for another', () => {
    const photos = Array.from({ length: 50 }, (_, index) => photo(`${index}`, `Aus ${index}`, true));
    expect(heldOutReference(photos, 1)).toEqual(heldOutReference(photos, 1));
    expect(heldOutReference(photos, 2)).not.toEqual(heldOutReference(photos, 1));
  });

  it('are none where the data has no reference photos', () => {
    expect(heldOutReference([photo('a', 'Aus bus')], 1).size).toBe(0);
  });
});
