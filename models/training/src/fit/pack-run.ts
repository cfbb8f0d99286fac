import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import type { DecisionModel } from '@mushroom/recognition/decision/decide';
import type { BundleFacts } from '../evaluate/model-card.ts';
import { networkOf } from '../network/network.ts';
import { codeRevisionOf } from '../data/code-revision.ts';
import { graphModelOf } from '../pack/graph-model.ts';
import { packBundle } from '../pack/pack-bundle.ts';
import { SOURCES } from '../terminal/places.ts';
import type { FittedNetwork } from './fit-network.ts';
import type { PreparedRun } from './prepare.ts';

/**
 * Packs a trained network as a bundle.
 * @returns the bundle's folder, and what it says of itself.
 * @throws Error if the version exists and `replace` is not set.
 */
export async function packRun(
  { trainingData, spec, seed, passes, headOptions }: PreparedRun,
  { backbone, head, history }: FittedNetwork,
  { model, evaluation }: { model: DecisionModel; evaluation: Evaluation },
  as: { name: string; version: string; registry: string; replace: boolean },
): Promise<{ bundle: string; facts: BundleFacts }> {
  const { sha256, contentSha256, taught } = trainingData;
  const network = networkOf(backbone, head);
  const facts: BundleFacts = {
    name: as.name,
    version: as.version,
    created: new Date().toISOString(),
    input: spec,
    signature: { input: network.inputName, logits: network.logits, features: network.features },
    ...model,
    provenance: {
      backbone: backbone.name,
      trainingData: {
        sha256,
        contentSha256,
        photos: taught.length,
        labels: new Set(taught.map(({ label }) => label)).size,
      },
      codeRevision: await codeRevisionOf(...SOURCES),
      seed,
    },
  };
  const bundle = await packBundle({
    registry: as.registry,
    facts,
    graph: graphModelOf(network),
    evaluation,
    history: { head: headOptions, passes, epochs: history },
    replace: as.replace,
  });
  return { bundle, facts };
}
