import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import type { BundleFacts } from '../evaluate/model-card.ts';
import { networkOf } from '../network/network.ts';
import { codeRevisionOf } from '../pack/bundle-writer.ts';
import { graphModelOf } from '../pack/graph-model.ts';
import { packBundle } from '../pack/pack-bundle.ts';
import { SOURCES } from '../terminal/places.ts';
import type { FittedNetwork } from './fit-network.ts';
import { judgedPhotos } from './judged-photos.ts';
import type { PreparedRun } from './prepare.ts';

/**
 * Chooses the temperatures and thresholds of a trained network on `val` and `tune`, judges it with them, and packs it.
 *
 * @param as.withoutTest judge by `val` only.
 * @returns the bundle's folder, and what it says of itself.
 * @throws Error if the version exists and `replace` is not set.
 */
export async function packRun(
  { trainingData, spec, seed, passes, headOptions }: PreparedRun,
  fitted: FittedNetwork,
  as: { name: string; version: string; registry: string; replace: boolean; withoutTest: boolean },
): Promise<{ bundle: string; facts: BundleFacts; evaluation: Evaluation }> {
  const { sha256, taught, space, table } = trainingData;
  const { backbone, head, history } = fitted;
  const photosOf = (split: 'tune' | 'val' | 'field') => judgedPhotos(trainingData, split, fitted, spec);
  const [val, tune] = [await photosOf('val'), await photosOf('tune')];
  const test = as.withoutTest ? [] : await photosOf('field');
  const model = decisionModelOf(space.labels, COSTS, table, val, tune);
  const evaluation = evaluatePhotos([...val, ...test], model, table);
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
      trainingData: { sha256, photos: taught.length, labels: new Set(taught.map(({ label }) => label)).size },
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
  return { bundle, facts, evaluation };
}
