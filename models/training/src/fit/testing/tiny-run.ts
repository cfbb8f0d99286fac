import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTinyBackbone } from '../../network/testing/tiny-backbone.ts';
import { startCpu } from '../../network/training-backend.ts';
import type { RunRequest } from '../prepare.ts';

const LICENSED = fileURLToPath(new URL('../../../../data/licensed', import.meta.url));

export const SPECIES = ['Amanita muscaria', 'Amanita phalloides', 'Boletus edulis', 'Macrolepiota procera'];

/**
 * What a run needs that the cpu backend is done with in seconds: a tiny backbone, a recipe of one pass, and a table of
 * shipped photos, of each species one to train on, one of `val` and one of the test.
 *
 * @param folder for the files.
 */
export async function writeTinyRun(folder: string): Promise<RunRequest & { recipe: string }> {
  await mkdir(folder, { recursive: true });
  const rows = SPECIES.flatMap((species) =>
    ['train', 'val', 'field'].map((split, index) => {
      const file = `${species.toLowerCase().replace(' ', '-')}-${index + 1}.jpg`;
      return `${path.relative(folder, path.join(LICENSED, file))},${species},shipped,${split}`;
    }),
  );
  const data = path.join(folder, 'photos.csv');
  await writeFile(data, ['path,label,source,split', ...rows, ''].join('\n'));
  const recipe = path.join(folder, 'recipe.json');
  const passes = [{ epochs: 1, batchSize: 2, trainSize: 32, warmUpSteps: 1 }];
  await writeFile(recipe, JSON.stringify({ passes, head: { epochs: 3, balance: 0.7 } }));
  await startCpu();
  const backbone = await writeTinyBackbone(folder);
  return { data, backbone, recipe, minPhotos: 1, fit: 'stretch', seed: 1, teacher: [], backend: 'cpu' };
}
