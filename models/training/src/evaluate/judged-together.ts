import type { EvaluatedPhoto } from './evaluated-photo.ts';

/** What one model says of some photos, and the temperature that calibrates it. */
export interface Opinion {
  temperature: number;
  photos: readonly EvaluatedPhoto[];
}

/**
 * What several models say together: the geometric mean of their calibrated shares, each normalised as one would be, as
 * logits at the first one's temperature.
 *
 * @param opinions of the same photos, in the same order, by models of the same classes.
 */
export function judgedTogether(opinions: readonly [Opinion, ...Opinion[]]): EvaluatedPhoto[] {
  const [first] = opinions;
  return first.photos.map((photo, index) => ({
    ...photo,
    logits: photo.logits.map((_, classIndex) => {
      const sum = opinions.reduce((total, { temperature, photos }) => {
        return total + photos[index]!.logits[classIndex]! / temperature;
      }, 0);
      return (first.temperature * sum) / opinions.length;
    }),
  }));
}
