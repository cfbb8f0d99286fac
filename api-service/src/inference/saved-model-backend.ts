import { createHash, randomUUID } from 'node:crypto';
import { access, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { graphFrom, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { ExplainedRun, LoadedNetwork } from '@mushroom/recognition/bundle/classifier';
import { CLASS_MAPS, withClassMaps } from '@mushroom/recognition/explanation/class-maps';
import {
  DEFAULT_SIGNATURE,
  EXPLAINED_SIGNATURE,
  SAVED_MODEL_FILE,
  SAVED_MODEL_TAG,
  savedModelOf,
} from '@mushroom/recognition/bundle/saved-model';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';

/** A signature of a SavedModel. All those of one file share one copy of the model. */
interface LoadedSignature {
  predict(inputs: NamedTensorMap): NamedTensorMap;
  dispose(): void;
}

/** What is used of tfjs-node. It is an optional package, so its own types may not be there. */
interface TensorFlowNode {
  node: { loadSavedModel(directory: string, tags: string[], signature: string): Promise<LoadedSignature> };
}

const require = createRequire(import.meta.url);

/** Part of the folder's name: a SavedModel that an earlier program has written is not taken for one of this. */
const FORM = 'with class maps';

/**
 * The network of a bundle as a SavedModel, for the native backend: TensorFlow runs and optimises it as a whole, where
 * a graph model crosses from JavaScript to TensorFlow and back once an operation.
 *
 * The SavedModel is written from the bundle's graph once a machine, to a folder of this user under `temporary`.
 *
 * @param temporary the system's folder for temporary files.
 * @throws Error where the graph has no counterpart as a SavedModel, where it can't be written, or where TensorFlow
 * does not load it.
 */
export async function loadSavedModel(open: OpenBundle, temporary = tmpdir()): Promise<LoadedNetwork> {
  const model = await loadSignature(DEFAULT_SIGNATURE, open, temporary);
  const { input, logits } = open.bundle.signature;
  let explaining: Promise<LoadedSignature> | undefined;
  return {
    logits: (batch) => model.predict({ [input]: batch })[logits]!,
    async explaining(): Promise<ExplainedRun> {
      // Read when it is first asked for: it would delay the start of every service, and most are asked late or never.
      explaining ??= loadSignature(EXPLAINED_SIGNATURE, open, temporary).catch((error: Error) => {
        explaining = undefined;
        throw error;
      });
      const explained = await explaining;
      return (batch) => {
        const outputs = explained.predict({ [input]: batch });
        return { logits: outputs[logits]!, classMaps: outputs[CLASS_MAPS]! };
      };
    },
    dispose: () => {
      model.dispose();
      explaining?.then((explained) => explained.dispose()).catch(() => {});
    },
  };
}

/** The file may have gone since the start, as temporary files do: it is written again where it is not there. */
async function loadSignature(signature: string, open: OpenBundle, temporary: string): Promise<LoadedSignature> {
  const directory = await writtenSavedModel(open, temporary);
  const { node } = require('@tensorflow/tfjs-node') as TensorFlowNode;
  return node.loadSavedModel(directory, [SAVED_MODEL_TAG], signature).catch(async (error: Error) => {
    // The next start writes it again.
    await rm(directory, { recursive: true, force: true });
    throw new Error(`TensorFlow does not load the SavedModel: ${error.message}`, { cause: error });
  });
}

/** @returns the folder of the bundle's SavedModel, which is named by the checksums of the graph. */
async function writtenSavedModel(open: OpenBundle, temporary: string): Promise<string> {
  const graph = Object.entries(open.bundle.files).filter(([file]) => file.startsWith('graph/'));
  const checksum = createHash('sha256')
    .update(JSON.stringify([FORM, graph]))
    .digest('hex');
  const directory = path.join(await ownFolder(temporary), checksum);
  const file = path.join(directory, SAVED_MODEL_FILE);
  const isWritten = await access(file).then(
    () => true,
    () => false,
  );
  if (isWritten) return directory;
  const plain = await graphFrom(open).load!();
  const explained = withClassMaps(plain, open.bundle.signature);
  const bytes = savedModelOf(explained, {
    [DEFAULT_SIGNATURE]: plain.signature!,
    [EXPLAINED_SIGNATURE]: explained.signature!,
  });
  await mkdir(directory, { recursive: true });
  // Workers start side by side: each writes whole files only, and all of them write the same.
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return directory;
}

/**
 * A folder that nobody else may write to: a SavedModel is a program, which may read and write files.
 * @throws Error where another user has put one there.
 */
async function ownFolder(temporary: string): Promise<string> {
  // Windows gives every user a folder for temporary files, and has no such ids.
  const user = process.getuid?.();
  const folder = path.join(temporary, `mushroom-saved-models-${user ?? 'own'}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  if (user !== undefined && (uid !== user || (mode & 0o022) !== 0)) {
    throw new Error(`${folder} may be written to by other users: remove it`);
  }
  return folder;
}
