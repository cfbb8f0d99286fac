import path from 'node:path';
import { BundleError, graphFrom, readGolden, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { Golden, InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { checkGolden, scoresOf } from '@mushroom/recognition/bundle/golden-check';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { MODELS } from '../terminal/places.ts';
import { readInput } from '../data/read-input.ts';

/** What every bundle of the project is checked with: of the licensed photos, three that could hardly differ more. */
export const GOLDEN_PHOTOS = ['amanita-muscaria-1.jpg', 'boletus-edulis-1.jpg', 'amanita-phalloides-1.jpg'].map(
  (name) => path.join(MODELS, 'data/licensed', name),
);

/** Backends add in different orders; their softmax scores may differ by this much. */
const TOLERANCE = 1e-3;

/** The inputs that photos make, by the photos' names. */
export async function goldenInputs(photos: readonly string[], spec: InputSpec): Promise<[string, Uint8Array][]> {
  return Promise.all(photos.map(async (file) => [path.basename(file), await readInput(file, spec)]));
}

/**
 * Some inputs with the outputs that every backend must reproduce.
 * @param scoresFrom how scores are made of a model's logits, rounded as they are kept.
 */
export async function goldenCases(
  inputs: readonly [string, Uint8Array][],
  model: { logits(inputs: readonly Uint8Array[]): Promise<Float32Array[]> },
  scoresFrom: (logits: Float32Array) => number[],
): Promise<Golden['cases']> {
  const cases: Golden['cases'] = [];
  for (const [name, input] of inputs) {
    const [logits] = await model.logits([input]);
    cases.push({ name, rgb: Buffer.from(input).toString('base64'), scores: scoresFrom(logits!) });
  }
  return cases;
}

/** A classifier's golden outputs, for some real photos and a grey square. */
export async function goldenOf(classifier: Classifier, spec: InputSpec): Promise<Golden> {
  const grey: [string, Uint8Array] = ['grey', new Uint8Array(spec.size ** 2 * 3).fill(128)];
  const cases = await goldenCases([grey, ...(await goldenInputs(GOLDEN_PHOTOS, spec))], classifier, (logits) =>
    [...scoresOf(logits)].map((score) => Number(score.toPrecision(6))),
  );
  return { tolerance: TOLERANCE, cases };
}

/**
 * Checks that a bundle gives its golden outputs on the active backend: nothing may be made of one that does not.
 * @throws BundleError where it has none; Error naming the output that differs.
 */
export async function checkBundle(open: OpenBundle): Promise<void> {
  const golden = await readGolden(open);
  if (golden.cases.length === 0)
    throw new BundleError(`${open.directory}: golden.json has no outputs to check`, 'malformed');
  await Classifier.use(graphFrom(open), open.bundle, (classifier) => checkGolden(classifier, golden)).catch(
    (error: Error) => {
      throw new Error(`${open.directory} does not answer as when it was packed: ${error.message}`, { cause: error });
    },
  );
}
