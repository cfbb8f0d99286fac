import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { evaluatedPhoto, type EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import type { Backbone } from '../network/backbone.ts';
import type { Head } from '../network/head.ts';
import { frozenFeatures, rowsOf } from './frozen-features.ts';
import { applyHead } from './head.ts';
import type { TrainingData } from './training-data.ts';

/** The photos of a split that cleaning left, with what a network, as it is, says of them. */
export async function judgedPhotos(
  data: TrainingData,
  split: 'tune' | 'val' | 'field',
  { backbone, head }: { backbone: Backbone; head: Head },
  spec: InputSpec,
): Promise<EvaluatedPhoto[]> {
  const { shards, space, countOf } = data;
  const view = { kind: 'plain' } as const;
  const features = await frozenFeatures({ backbone, shards, split, count: countOf(split), spec, view });
  const rows = data[split].map(({ row }) => row);
  const logits = applyHead(head, rowsOf(features, rows));
  return data[split].map((photo, index) => evaluatedPhoto(photo, logits[index]!, space));
}
