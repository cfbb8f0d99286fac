import type { Golden } from './bundle.schema.ts';
import type { ModelInput } from './classifier.ts';

/** softmax(logits), at temperature 1. */
export function scoresOf(logits: Float32Array): Float64Array {
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - peak));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * Runs a bundle's golden inputs on the active backend.
 * @param scoresFrom how its scores are made of logits.
 * @returns the largest difference of a score.
 * @throws Error naming the case where it exceeds the bundle's tolerance.
 */
export async function checkGolden(
  model: { logits(inputs: readonly ModelInput[]): Promise<Float32Array[]> },
  golden: Golden,
  scoresFrom: (logits: Float32Array) => ArrayLike<number> = scoresOf,
): Promise<number> {
  let largest = 0;
  for (const { name, rgb, scores } of golden.cases) {
    const [logits] = await model.logits([bytesOf(rgb)]);
    const got = scoresFrom(logits!);
    const difference = scores.reduce((most, score, index) => Math.max(most, Math.abs(score - got[index]!)), 0);
    // Written so that a NaN fails too.
    if (!(difference <= golden.tolerance) || got.length !== scores.length) {
      throw new Error(`golden output "${name}" differs by ${difference} (tolerated: ${golden.tolerance})`);
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** Base64 → bytes, in Node and in browsers alike. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
