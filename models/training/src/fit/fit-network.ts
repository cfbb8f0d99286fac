import { sha256OfWeights, type Backbone } from '../network/backbone.ts';
import { fineTunePasses } from './fine-tune-passes.ts';
import type { Head } from '../network/head.ts';
import type { EpochLosses } from '@mushroom/recognition/bundle/experiment';
import type { PreparedRun } from './prepare.ts';
import { taughtHead, VIEWS_TO_TEACH } from './taught-head.ts';

export interface FittedNetwork {
  backbone: Backbone;
  head: Head;
  /** Of fine-tuning, or of the head if there was none. */
  history: EpochLosses[];
  /** Of the sittings before this one. */
  secondsBefore: number;
}

/**
 * Learns a run's weights: of the whole network, pass by pass, if the run has passes; then of the head on the features of
 * the network as it then is, unless the head that the last pass left is wanted.
 *
 * @param how.alpha share of the pretrained weights in the backbone after fine-tuning.
 * @param how.checkpoints folder where fine-tuning keeps its place.
 */
export async function fitNetwork(
  run: PreparedRun,
  how: { alpha: number; checkpoints: string },
): Promise<FittedNetwork> {
  const { trainingData, spec, headOptions: options } = run;
  const headOn = (network: Backbone) => taughtHead(network, trainingData, { spec, views: VIEWS_TO_TEACH, options });
  if (run.passes.length === 0) return { backbone: run.backbone, ...(await headOn(run.backbone)), secondsBefore: 0 };

  const tuned = await fineTunePasses(run, how);
  const backbone = { ...run.backbone, weightsSha256: sha256OfWeights(run.backbone) };
  const { head } = run.recipeHead ? await headOn(backbone) : tuned;
  return { ...tuned, backbone, head };
}
