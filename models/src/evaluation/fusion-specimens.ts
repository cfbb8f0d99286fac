import seedrandom from 'seedrandom';
import { groupBy } from '../dataset/group-by.ts';
import { NOT_A_MUSHROOM } from '../dataset/manifest.ts';
import { shuffle } from '../dataset/splits.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { seriesOf } from './series-bootstrap.ts';

/** Photos that stand for those of one specimen: of one label, from one source. */
export type Specimen = readonly EvaluatedPhoto[];

/**
 * How a specimen's photos come about. `different`: all of them other photos of the species, so that their errors have
 * little in common. `repeated`: each photo after the first is, with even odds, one of those before it again, as when a
 * person takes the same view twice. Photos of a real specimen lie between.
 */
export const DRAWS = ['different', 'repeated'] as const;
export type Draw = (typeof DRAWS)[number];

/**
 * Simulated specimens of `size` photos. Each round shuffles the photos of every label and source and cuts them into
 * as many specimens as they make, so that all photos have the same part in the figures.
 */
export function drawSpecimens(
  photos: readonly EvaluatedPhoto[],
  size: number,
  draw: Draw,
  { rounds, seed }: { rounds: number; seed: number },
): Specimen[] {
  const mushrooms = photos.filter(({ label }) => label !== NOT_A_MUSHROOM);
  const bySeries = groupBy(mushrooms, seriesOf);
  return [...bySeries].flatMap(([series, members]) => {
    const random = seedrandom(`${seed}/${series}/${size}`);
    const specimens: Specimen[] = [];
    for (let round = 0; round < rounds; round++) {
      const shuffled = [...members];
      shuffle(shuffled, random);
      for (let start = 0; start + size <= shuffled.length; start += size) {
        const chosen = shuffled.slice(start, start + size);
        if (draw === 'repeated') {
          for (let i = 1; i < size; i++) if (random() < 0.5) chosen[i] = chosen[Math.floor(random() * i)]!;
        }
        specimens.push(chosen);
      }
    }
    return specimens;
  });
}
