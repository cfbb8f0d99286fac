import { describe, expect, it } from 'vitest';
import { tunePhotos } from './tune-photos.ts';
import type { PhotoRecord } from './manifest.ts';

const photo = (file: string, label: string, reference?: true): PhotoRecord => ({
  file,
  label,
  source: 's',
  split: 'train',
  group: null,
  reference,
});

const filesOf = (photos: PhotoRecord[], seed = 1) => [...tunePhotos(photos, seed)].map(({ file }) => file);

describe('reference photos to tune on', () => {
  it('are all those of species that other photos teach', () => {
    const photos = [photo('a', 'Aus bus'), photo('b', 'Aus bus', true), photo('c', 'Aus bus', true)];
    expect(filesOf(photos)).toEqual(['b', 'c']);
  });

  it('are some of the species that nothing else shows, all photos of a species or none', () => {
    const photos = Array.from({ length: 200 }, (_, index) => [
      photo(`${index}/a`, `Aus ${index}`, true),
      photo(`${index}/b`, `Aus ${index}`, true),
    ]).flat();
    const kept = filesOf(photos);
    expect(kept.length / photos.length).toBeGreaterThan(0.2);
    expect(kept.length / photos.length).toBeLessThan(0.4);
    for (let index = 0; index < 200; index++) expect(kept.includes(`${index}/a`)).toBe(kept.includes(`${index}/b`));
  });

  it('are the same for the same seed, and others for another', () => {
    const photos = Array.from({ length: 50 }, (_, index) => photo(`${index}`, `Aus ${index}`, true));
    expect(filesOf(photos)).toEqual(filesOf(photos));
    expect(filesOf(photos, 2)).not.toEqual(filesOf(photos));
  });

  it('are none where the data has no reference photos', () => {
    expect(filesOf([photo('a', 'Aus bus')])).toEqual([]);
  });

  it('are none that nearly repeat a photo of training', () => {
    const taught = { ...photo('a', 'Aus bus'), group: 'same' };
    const copy = { ...photo('b', 'Aus bus', true), group: 'same' };
    expect(filesOf([taught, copy, photo('c', 'Aus bus', true)])).toEqual(['c']);
  });
});
