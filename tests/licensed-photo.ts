import path from 'node:path';
import { repository } from './service-process.ts';

/** @returns where a photo lies that may be shown to anybody; authors and licences are in models/data/licensed.csv. */
export function licensedPhoto(name: string): string {
  return path.join(repository, 'models/data/licensed', name);
}

export const FLY_AGARIC = licensedPhoto('amanita-muscaria-1.jpg');
