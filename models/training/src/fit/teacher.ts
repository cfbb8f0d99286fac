import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { graphFrom, openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import {
  DEFAULT_SIGNATURE,
  SAVED_MODEL_FILE,
  SAVED_MODEL_TAG,
  savedModelOf,
} from '@mushroom/recognition/bundle/saved-model';
import { writeWhole } from '../data/write-whole.ts';
import { shrinkBatch } from './shrink-batch.ts';

/** What another network learns the answers of: a trained network, or several together. */
export interface Teacher {
  /** Tells it from any other. */
  sha256: string;
  /** Pixels a side of the images that it takes. */
  size: number;
  /** The taxa of its classes, to be compared with those of the student. */
  labels: readonly object[];
  /**
   * @param images `[n, size, size, 3]`, 0…255.
   * @returns its calibrated shares of the classes, `[n, classes]`; the caller disposes them.
   */
  sharesOf(images: tf.Tensor4D): tf.Tensor2D;
}

interface TensorFlowNode {
  node: {
    loadSavedModel(
      directory: string,
      tags: string[],
      signature: string,
    ): Promise<{ predict(inputs: tf.NamedTensorMap): tf.NamedTensorMap }>;
  };
}

const require = createRequire(import.meta.url);

/**
 * A bundle as a teacher. It runs as a SavedModel, three times as fast as the graph model on the native backend, which
 * must be the active one.
 *
 * @param folder where the SavedModel is written.
 * @throws Error where the bundle can't be read or TensorFlow does not load it.
 */
export async function teacherFrom(directory: string, folder: string): Promise<Teacher> {
  const open = await openBundle(directory);
  const { bundle } = open;
  await writeWhole(path.join(folder, SAVED_MODEL_FILE), savedModelOf(await graphFrom(open).load!()));
  const { node } = require('@tensorflow/tfjs-node') as TensorFlowNode;
  const model = await node.loadSavedModel(folder, [SAVED_MODEL_TAG], DEFAULT_SIGNATURE);
  const { input, logits } = bundle.signature;
  return {
    sha256: sha256(JSON.stringify(bundle)),
    size: bundle.input.size,
    labels: bundle.labels,
    sharesOf: (images) =>
      tf.tidy(() => tf.softmax(tf.div(model.predict({ [input]: images })[logits]!, bundle.temperature))),
  };
}

/**
 * Several teachers as one: the geometric mean of what they say, as photos of one specimen are put together. Networks of
 * different training err differently, and one network can learn much of what several know together (Hinton et al.
 * 2015, arXiv:1503.02531, § 3). Each sees the images at its own size.
 *
 * @throws Error where they have not the same classes.
 */
export function teachersTogether(teachers: readonly [Teacher, ...Teacher[]]): Teacher {
  const [{ labels }] = teachers;
  if (teachers.some((teacher) => JSON.stringify(teacher.labels) !== JSON.stringify(labels)))
    throw new Error('the teachers have not the same classes');
  return {
    sha256: sha256(teachers.map((teacher) => teacher.sha256).join(' ')),
    size: Math.max(...teachers.map(({ size }) => size)),
    labels,
    sharesOf: (images) =>
      tf.tidy(() => {
        const logShares = teachers.map((teacher) =>
          tf.log(tf.add(teacher.sharesOf(shrinkBatch(images, teacher.size)), LEAST_SHARE)),
        );
        return tf.softmax(tf.div(tf.addN(logShares), teachers.length)) as tf.Tensor2D;
      }),
  };
}

/** Far below what any class gets: a share that is rounded to 0 must not rule out a class by itself. */
const LEAST_SHARE = 1e-9;
