import { scoresOf } from '@mushroom/recognition/bundle/golden-check';
import { TINY_FACTS } from '@mushroom/recognition/bundle/testing/tiny-facts';
import type { BundleFacts } from '../../evaluate/model-card.ts';
import { filesOf, writeBundle } from '../bundle-writer.ts';
import { graphModelOf, onnxOf } from '../graph-model.ts';
import type { Network } from '../../network/network.ts';

const KERNEL = [1, -1, 0.5, 2, 0, -0.5];

/** The scores of a picture that is grey all over: worked out here, not by the code that is tested. */
function greyScores(bias: number): number[] {
  const feature = 128 / 127 - 1;
  const logit = (classIndex: number) =>
    (KERNEL[classIndex]! + KERNEL[classIndex + 2]! + KERNEL[classIndex + 4]!) * feature;
  return [...scoresOf(Float32Array.of(logit(0) + bias, logit(1)))];
}

/**
 * Writes a real bundle of a very small model: two classes, 4 × 4 pixels.
 * @param content differs from bundle to bundle.
 * @returns its folder.
 */
export async function writeTinyBundle(registry: string, version: string, content = Number(version)): Promise<string> {
  const network: Network = {
    inputName: 'image',
    inputSize: 4,
    operations: [
      { op: 'scale', name: 'scaled', input: 'image', multiply: 1 / 127, add: -1 },
      { op: 'mean', name: 'features', input: 'scaled' },
      {
        op: 'dense',
        name: 'logits',
        input: 'features',
        kernel: { shape: [3, 2], values: Float32Array.from(KERNEL) },
        bias: { shape: [2], values: Float32Array.of(content, 0) },
      },
    ],
    logits: 'logits',
    features: 'features',
  };
  const rgb = Buffer.alloc(4 * 4 * 3, 128).toString('base64');
  const golden = { tolerance: 0.001, cases: [{ name: 'grey', rgb, scores: greyScores(content) }] };
  const facts: BundleFacts = {
    ...TINY_FACTS,
    version,
    input: { size: 4, fit: 'stretch' },
    provenance: { ...TINY_FACTS.provenance, codeRevision: String(content) },
  };
  const graph = graphModelOf(network);
  const files = { ...filesOf(graph, await onnxOf(graph, facts.signature), golden), 'model-card.md': '# Tiny\n' };
  return writeBundle(registry, facts, files);
}
