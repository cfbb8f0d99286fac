import { scoresOf } from '@mushroom/recognition/bundle/golden-check';
import { writeBundle } from '../bundle-writer.ts';
import { graphModelOf } from '../graph-model.ts';
import type { Network } from '../../network/network.ts';

const KERNEL = [1, -1, 0.5, 2, 0, -0.5];

/** The scores of a picture that is grey all over: worked out here, not by the code that is tested. */
function greyScores(bias: number): number[] {
  const feature = 128 / 127 - 1;
  const logit = (leaf: number) => (KERNEL[leaf]! + KERNEL[leaf + 2]! + KERNEL[leaf + 4]!) * feature;
  return [...scoresOf(Float32Array.of(logit(0) + bias, logit(1)))];
}

/**
 * Writes a real bundle of a very small model: two leaves, 4 × 4 pixels.
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
  return writeBundle(registry, {
    facts: {
      name: 'tiny-classifier',
      version,
      created: '2026-01-02T03:04:05Z',
      input: { size: 4, fit: 'stretch' },
      signature: { input: 'image', logits: 'logits', features: 'features' },
      labels: [{ kind: 'species', taxon: 'Aus bus', genus: 'Aus', family: 'Aaceae' }, { kind: 'not_a_mushroom' }],
      temperature: 1,
      thresholds: { mushroom: 0.5, species: 0.5, genus: 0.5 },
      costs: {
        dangerousCalledHarmless: 100,
        harmlessCalledDangerous: 1,
        dangerousCalledUnknown: 1,
        harmlessCalledUnknown: 0.5,
        understated: 10,
        overstated: 1,
      },
      provenance: {
        backbone: 'none',
        trainingData: { sha256: '', photos: 0, labels: 0 },
        codeRevision: String(content),
        seed: 1,
      },
    },
    graph: graphModelOf(network),
    golden: { tolerance: 0.001, cases: [{ name: 'grey', rgb, scores: greyScores(content) }] },
    texts: { 'model-card.md': '# Tiny\n' },
  });
}
