import { outlineBundleSchema, type OutlineBundle } from '@mushroom/recognition/outline/outline-model.schema';
import { sharesOf } from '@mushroom/recognition/outline/mask-shares';
import { OutlineModel } from '@mushroom/recognition/outline/outline-model';
import { filesOf, writeVersion } from '../pack/bundle-writer.ts';
import { GOLDEN_PHOTOS, goldenCases, goldenInputs } from '../pack/golden.ts';
import { graphInMemory, onnxOf, writeGraph } from '../pack/graph-model.ts';
import type { Backbone } from '../network/backbone.ts';
import type { DecoderWeights } from './decoder.ts';
import { MASK, maskSide, outlineNetwork } from './outline-network.ts';

/** Backends add in different orders; the likelihood of a cell may differ by this much. */
const TOLERANCE = 5e-3;

export type OutlineTraining = Pick<OutlineBundle, 'name' | 'version' | 'created' | 'threshold' | 'evaluation'> & {
  provenance: Omit<OutlineBundle['provenance'], 'backbone'>;
};

/**
 * Packs backbone and decoder as a version of a model that draws outlines.
 * @returns the directory.
 * @throws Error where the version exists and `replace` is not set, or a photo can't be read.
 */
export async function writeOutlineBundle(
  registry: string,
  backbone: Backbone,
  weights: DecoderWeights,
  training: OutlineTraining,
  replace: boolean,
): Promise<string> {
  const network = outlineNetwork(backbone, weights);
  const side = maskSide(backbone);
  const facts = {
    ...training,
    input: { size: backbone.inputSize, fit: 'stretch' as const },
    signature: { input: network.inputName, mask: MASK },
    side,
    provenance: { ...training.provenance, backbone: backbone.name },
  };
  const graph = writeGraph(network, { [MASK]: [side, side, 1] });
  const model = await OutlineModel.load(graphInMemory(graph), facts);
  const cases = await goldenCases(await goldenInputs(GOLDEN_PHOTOS.slice(0, 2), facts.input), model, (logits) =>
    [...sharesOf(logits)].map((share) => Number(share.toFixed(4))),
  );
  model.dispose();
  const saying = (files: OutlineBundle['files']) => outlineBundleSchema.parse({ schemaVersion: 1, ...facts, files });
  return writeVersion(
    registry,
    facts,
    filesOf(graph, await onnxOf(graph), { tolerance: TOLERANCE, cases }),
    { file: 'outline.json', saying },
    replace,
  );
}
