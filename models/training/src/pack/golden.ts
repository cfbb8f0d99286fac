import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bundle, Golden } from '@mushroom/recognition/bundle/bundle.schema';
import { scoresOf } from '@mushroom/recognition/bundle/golden-check';
import type { Classifier } from '@mushroom/recognition/bundle/classifier';
import { readInput } from '../data/read-input.ts';

/** What every bundle of the project is checked with: of the licensed photos, three that could hardly differ more. */
export const GOLDEN_PHOTOS = ['amanita-muscaria-1.jpg', 'boletus-edulis-1.jpg', 'amanita-phalloides-1.jpg'].map(
  (name) => fileURLToPath(new URL(`../../../data/licensed/${name}`, import.meta.url)),
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
