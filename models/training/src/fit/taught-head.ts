import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import type { EpochLosses } from '@mushroom/recognition/bundle/experiment';
import type { View } from '../data/batches.ts';
import type { Backbone } from '../network/backbone.ts';
import { frozenFeatures, rowsOf } from './frozen-features.ts';
import type { Head } from '../network/head.ts';
import { trainHead } from './head.ts';
import type { HeadOptions } from './recipe.ts';
import type { TrainingData } from './training-data.ts';

/** The views of a photo that a head learns from. */
export const VIEWS_TO_TEACH: readonly View[] = [{ kind: 'plain' }, { kind: 'mirrored' }];

/**
 * A head on the features that a network, as it is, has of the photos to learn from.
 *
 * @param how.views of each photo to draw from.
 * @returns the head, and the mean losses of each epoch.
 */
export async function taughtHead(
  network: Backbone,
  { shards, countOf, taught, val, space }: TrainingData,
  how: { spec: InputSpec; views: readonly View[]; options: HeadOptions },
): Promise<{ head: Head; history: EpochLosses[] }> {
  const { spec, options } = how;
  const request = { backbone: network, shards, spec };
  const rows = taught.map(({ row }) => row);
  const views = [];
  for (const view of how.views) {
    const all = await frozenFeatures({ ...request, split: 'train', count: countOf('train'), view });
    views.push(rowsOf(all, rows));
  }
  const ofVal = await frozenFeatures({ ...request, split: 'val', count: countOf('val'), view: { kind: 'plain' } });
  return trainHead(
    { views, classSets: taught.map(({ label }) => space.taughtClassesOf(label)) },
    { views: [ofVal], classSets: val.map(({ label }) => space.classesOf(label)) },
    space.labels.length,
    options,
  );
}
