import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { writeWhole } from '../data/write-whole.ts';

/** Everything that a training run needs to go on as if it had never stopped. */
export interface Checkpoint<State> {
  step: number;
  /** Plain facts: history, options. */
  state: State;
  tensors: tf.NamedTensorMap;
}

const INDEX = 'checkpoint.json';
type Index<State> = Omit<Checkpoint<State>, 'tensors'> & { valuesFile: string; specs: tf.io.WeightsManifestEntry[] };

/**
 * Saves a checkpoint so that a kill at any moment leaves the old one or the new one, never half of one: the values
 * go to a file of their own, and the index that names it is renamed into place last.
 */
export async function saveCheckpoint<State>(directory: string, checkpoint: Checkpoint<State>): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { data, specs } = await tf.io.encodeWeights(checkpoint.tensors);
  const valuesFile = `step-${checkpoint.step}.bin`;
  await writeFile(path.join(directory, valuesFile), Buffer.from(data));
  const index = { step: checkpoint.step, state: checkpoint.state, valuesFile, specs };
  await writeWhole(path.join(directory, INDEX), JSON.stringify(index));
  for (const name of await readdir(directory)) {
    if (name.startsWith('step-') && name !== valuesFile) await rm(path.join(directory, name));
  }
}

/** The last checkpoint saved in a folder, or undefined where there is none. The caller disposes its tensors. */
export async function loadCheckpoint<State>(directory: string): Promise<Checkpoint<State> | undefined> {
  const text = await readFile(path.join(directory, INDEX), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { valuesFile, specs, ...kept } = JSON.parse(text) as Index<State>;
  const bytes = await readFile(path.join(directory, valuesFile));
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return { ...kept, tensors: tf.io.decodeWeights(data, specs) };
}
