import { readJson } from '@mushroom/recognition/bundle/bundle-reader';
import { evaluationSchema, type Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';

/** What a bundle says of itself. @throws BundleError where its `evaluation.json` is missing or malformed. */
export function readEvaluation(directory: string): Promise<Evaluation> {
  return readJson(directory, 'evaluation.json', (json) => evaluationSchema.parse(json));
}
