import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

/** The list of the photos that are shipped with the project. */
export const SHIPPED_PHOTOS = path.join(MODELS, 'data/licensed.csv');

/** What a run does if it is not told: on the few shipped photos it is a sample. */
export function runDefaults(data: string): { minPhotos: number; name: string } {
  return data === SHIPPED_PHOTOS
    ? { minPhotos: 1, name: 'mushroom-sample' }
    : { minPhotos: 10, name: 'mushroom-classifier' };
}
