import { readJson, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import type { EpochLosses } from '@mushroom/recognition/bundle/experiment';
import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import { jsonText } from '../data/write-whole.ts';
import { modelCard, type BundleFacts } from '../evaluate/model-card.ts';
import { plotsOf } from '../evaluate/plots.ts';
import { filesOf, writeBundle } from './bundle-writer.ts';
import { goldenOf } from './golden.ts';
import type { GraphModelFiles } from './graph-model-files.ts';
import { graphInMemory, onnxOf } from './graph-model.ts';

/** How a network was trained: what `history.json` holds. */
export interface TrainingHistory {
  epochs: readonly EpochLosses[];
  /** The options of the run. */
  [option: string]: unknown;
}

/** The history of a bundle's network. @throws BundleError where the bundle has none. */
export function readHistory({ directory }: Pick<OpenBundle, 'directory'>): Promise<TrainingHistory> {
  return readJson(directory, 'history.json', (json) => json as TrainingHistory);
}

/**
 * Packs a network with everything that a bundle says of it: the same in ONNX's format, golden outputs, which are computed here by the active
 * backend, the evaluation, the history, the model card and the plots.
 *
 * @returns the bundle's folder.
 * @throws Error if the version exists and `replace` is not set.
 */
export async function packBundle(contents: {
  registry: string;
  facts: BundleFacts;
  graph: GraphModelFiles;
  /** The same network as an ONNX model; written from the graph where it is not given. */
  onnx?: Uint8Array;
  evaluation: Evaluation;
  history: TrainingHistory;
  replace: boolean;
}): Promise<string> {
  const { registry, facts, graph, onnx, evaluation, history, replace } = contents;
  const golden = await Classifier.use(graphInMemory(graph), facts, (classifier) => goldenOf(classifier, facts.input));
  const files = {
    ...filesOf(graph, onnx ?? (await onnxOf(graph, facts.signature)), golden),
    'evaluation.json': jsonText(evaluation),
    'history.json': jsonText(history),
    'model-card.md': modelCard(facts, evaluation),
    ...(await plotsOf(evaluation, history.epochs)),
  };
  return writeBundle(registry, facts, files, replace);
}
