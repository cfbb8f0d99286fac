import path from 'node:path';
import { graphFrom, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { LabelSpace } from '../data/label-space.ts';
import { readInput } from '../data/read-input.ts';
import type { SplitPhoto } from '../data/splits.ts';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { evaluatedPhoto, type EvaluatedPhoto } from './evaluated-photo.ts';

const BATCH = 16;

/**
 * Runs a packed bundle over photos as the service would: file → pixels → model input → graph → logits. Unlike
 * training, which knows the logits from its own layers, this sees what packing did to them.
 *
 * @param root the folder that the photos' paths are told from.
 * @throws Error naming the photo that can't be read, or the label that the species table does not know.
 */
export async function evaluateBundle(
  open: OpenBundle,
  photos: readonly SplitPhoto[],
  root: string,
  table: SpeciesTable,
  onPhotos: (done: number) => void = () => {},
): Promise<EvaluatedPhoto[]> {
  const { bundle } = open;
  const space = new LabelSpace(bundle.labels, table);
  const classifier = await Classifier.load(graphFrom(open), bundle);
  const evaluated: EvaluatedPhoto[] = [];
  try {
    for (let start = 0; start < photos.length; start += BATCH) {
      const batch = photos.slice(start, start + BATCH);
      const inputs = await Promise.all(batch.map(({ file }) => readInput(file, bundle.input)));
      const logits = await classifier.logits(inputs);
      batch.forEach((photo, index) => {
        evaluated.push(evaluatedPhoto({ ...photo, path: path.relative(root, photo.file) }, logits[index]!, space));
      });
      onPhotos(evaluated.length);
    }
  } finally {
    classifier.dispose();
  }
  return evaluated;
}
