import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { EpochLosses } from '@mushroom/recognition/bundle/experiment';
import { MODELS } from '../terminal/places.ts';
import { fineTune } from './fine-tune.ts';
import { computeFeatures } from './frozen-features.ts';
import type { Head } from '../network/head.ts';
import { meanLoss } from './head.ts';
import type { PreparedRun } from './prepare.ts';
import { taughtHead } from './taught-head.ts';
import { teacherFrom, teachersTogether, type Teacher } from './teacher.ts';
import { taughtPhotos } from './training-data.ts';
import { blendedHeads, blendInto, weightsOf } from './weight-blend.ts';

/**
 * Fine-tunes a run's backbone in place, pass by pass, and takes it part of the way back to its pretrained weights.
 *
 * @param how.alpha share of the pretrained weights in the result.
 * @param how.checkpoints folder where each pass keeps its place; it goes on from there.
 * @returns the head that the last pass left, the losses of all epochs, and the seconds of the sittings before this one.
 * @throws Error if a teacher can't be read.
 */
export async function fineTunePasses(
  run: PreparedRun,
  how: { alpha: number; checkpoints: string },
): Promise<{ head: Head; history: EpochLosses[]; secondsBefore: number }> {
  const { trainingData, backbone, spec, passes, headOptions } = run;
  const { shards, countOf, space, val } = trainingData;
  const view = { kind: 'plain' } as const;
  const pretrained = weightsOf(backbone);
  const photos = await taughtPhotos(trainingData);
  const teacher = await teacherOf(run.teachers);
  const classSets = val.map(({ label }) => space.classesOf(label));
  const validate = async (head: Head) => {
    const features = await computeFeatures({ backbone, shards, spec, split: 'val', count: countOf('val'), view });
    return meanLoss({ views: [features], classSets }, head);
  };
  // Fine-tuning will change the head: a second view would be wasted on it.
  const firstHead = async () =>
    (await taughtHead(backbone, trainingData, { spec, views: [view], options: headOptions })).head;

  let head: Head | undefined;
  let secondsBefore = 0;
  const history: EpochLosses[] = [];
  for (const [index, { startPretrainedShare = 0, previousShare = 0, ...options }] of passes.entries()) {
    if (passes.length > 1) console.log(`pass ${index + 1} of ${passes.length}`);
    const headBefore = head;
    const weightsBefore = headBefore && weightsOf(backbone);
    blendInto(backbone, pretrained, startPretrainedShare);
    const tuned = await fineTune({
      backbone,
      startHead: async () => headBefore ?? firstHead(),
      photos,
      classes: space.labels.length,
      spec,
      options,
      teacher: options.teacherShare ? teacher : undefined,
      checkpoints: path.join(how.checkpoints, `${index + 1}`),
      validate,
    });
    head = tuned.head;
    if (headBefore && weightsBefore) {
      blendInto(backbone, weightsBefore, previousShare);
      head = blendedHeads(head, headBefore, previousShare);
      tf.dispose(weightsBefore);
    }
    const epochsBefore = history.length;
    history.push(...tuned.history.map((record) => ({ ...record, epoch: record.epoch + epochsBefore })));
    secondsBefore += tuned.secondsBefore;
  }
  blendInto(backbone, pretrained, how.alpha);
  return { head: head!, history, secondsBefore };
}

/** What the bundles in some folders say together. */
async function teacherOf(directories: readonly string[]): Promise<Teacher | undefined> {
  const teachers: Teacher[] = [];
  for (const [index, directory] of directories.entries())
    teachers.push(await teacherFrom(directory, path.join(MODELS, `build/teacher/${index + 1}`)));
  const [first, ...others] = teachers;
  return first && teachersTogether([first, ...others]);
}
