import path from 'node:path';
import { BundleError, graphFrom, readGolden, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { Bundle, Golden } from '@mushroom/recognition/bundle/bundle.schema';
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

/** The outputs that every backend must reproduce, for some real photos and a grey square. */
export async function goldenOf(
  photos: readonly string[],
  classifier: Classifier,
  bundle: Pick<Bundle, 'input'>,
): Promise<Golden> {
  const { size } = bundle.input;
  const inputs = new Map<string, Uint8Array>([['grey', new Uint8Array(size * size * 3).fill(128)]]);
  for (const file of photos) {
    inputs.set(path.basename(file), await readInput(file, bundle.input));
  }
  const cases: Golden['cases'] = [];
  for (const [name, input] of inputs) {
    const [logits] = await classifier.logits([input]);
    const scores = [...scoresOf(logits!)].map((score) => Number(score.toPrecision(6)));
    cases.push({ name, rgb: Buffer.from(input).toString('base64'), scores });
  }
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
