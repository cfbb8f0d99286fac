import path from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { Classifier, type ClassifierFacts } from '@mushroom/recognition/bundle/classifier';
import { LabelSpace } from '../data/label-space.ts';
import { readInput } from '../data/read-input.ts';
import type { SplitPhoto } from '../data/splits.ts';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { withProgress } from '../terminal/progress.ts';
import { evaluatedPhoto, type EvaluatedPhoto } from './evaluated-photo.ts';

const BATCH = 16;

type EvaluatedBundle = ClassifierFacts & Pick<Bundle, 'name' | 'version'>;

/**
 * Runs a packed graph over photos as the service would: file → pixels → model input → graph → logits. Unlike
 * training, which knows the logits from its own layers, this sees what packing did to them.
 *
 * @param bundle what it is, or will be, packed with.
 * @param root the folder that the photos' paths are told from.
 * @throws Error naming the photo that can't be read, or the label that the species table does not know.
 */
export function evaluateGraph(
  graph: io.IOHandler,
  bundle: EvaluatedBundle,
  photos: readonly SplitPhoto[],
  root: string,
  table: SpeciesTable,
): Promise<EvaluatedPhoto[]> {
  return Classifier.use(graph, bundle, (classifier) => evaluateModel(classifier, bundle, photos, root, table));
}

/** The same for a network that is loaded, by whatever runs it. */
export function evaluateModel(
  model: { logits(inputs: readonly Uint8Array[]): Promise<Float32Array[]> },
  bundle: EvaluatedBundle,
  photos: readonly SplitPhoto[],
  root: string,
  table: SpeciesTable,
): Promise<EvaluatedPhoto[]> {
  const space = new LabelSpace(bundle.labels, table);
  return withProgress(`${bundle.name} ${bundle.version}`, photos.length, async (show) => {
    const evaluated: EvaluatedPhoto[] = [];
    for (let start = 0; start < photos.length; start += BATCH) {
      const batch = photos.slice(start, start + BATCH);
      const logits = await model.logits(await Promise.all(batch.map(({ file }) => readInput(file, bundle.input))));
      batch.forEach((photo, index) => {
        evaluated.push(evaluatedPhoto({ ...photo, path: path.relative(root, photo.file) }, logits[index]!, space));
      });
      show(evaluated.length);
    }
    return evaluated;
  });
}
