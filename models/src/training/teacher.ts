import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { graphFrom, openBundle } from '../bundle/bundle-reader.ts';
import { DEFAULT_SIGNATURE, SAVED_MODEL_FILE, SAVED_MODEL_TAG, savedModelOf } from '../packaging/saved-model.ts';

/** A trained network whose answers another one learns. */
export interface Teacher {
  /** Pixels a side that it takes. */
  size: number;
  /** The taxa of its leaves, to be compared with those of the student. */
  labels: readonly object[];
  temperature: number;
  /** @param images `[n, size, size, 3]`, 0…255. @returns logits `[n, leaves]`; the caller disposes them. */
  logitsOf(images: tf.Tensor4D): tf.Tensor2D;
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
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, SAVED_MODEL_FILE), savedModelOf(await graphFrom(open).load!()));
  const { node } = require('@tensorflow/tfjs-node') as TensorFlowNode;
  const model = await node.loadSavedModel(folder, [SAVED_MODEL_TAG], DEFAULT_SIGNATURE);
  return {
    size: bundle.input.size,
    labels: bundle.labels,
    temperature: bundle.temperature,
    logitsOf: (images) => model.predict({ [bundle.signature.input]: images })[bundle.signature.logits] as tf.Tensor2D,
  };
}
