import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { OutlineModel } from '@mushroom/recognition/outline/outline-model';
import { memory } from '@tensorflow/tfjs-core';
import type { Backend } from './backends.ts';
import type { Judged, OpenModel, WorkerModel } from './worker-model.ts';

type TensorFlowBackend = Exclude<Backend, 'onnx'>;

/**
 * The network of a bundle on TensorFlow.js, which is started for the whole process.
 * @param threads that native computes with; wasm has one.
 * @throws Error where the backend does not load, or the network can't be read.
 */
export async function loadTensorFlowModel(
  open: OpenModel,
  backend: TensorFlowBackend,
  threads: number,
): Promise<WorkerModel> {
  await startBackend(backend, threads);
  const facts = { runsAlone: false, tensors: () => memory().numTensors };
  if (open.kind === 'outline') {
    const outlines = await OutlineModel.load(graphFrom(open), open.bundle);
    return { ...facts, run: async (inputs) => logitsAlone(await outlines.logits(inputs)) };
  }
  const classifier = await loadClassifier(open, backend);
  const run: WorkerModel['run'] = async (inputs, { explain }) =>
    explain ? classifier.explained(inputs) : logitsAlone(await classifier.logits(inputs));
  return { ...facts, run: backend === 'wasm' ? photoByPhoto(run) : run };
}

/** wasm gains nothing by more photos in a run, and never gives back the memory that its largest run took. */
function photoByPhoto(run: WorkerModel['run']): WorkerModel['run'] {
  return async (inputs, options) => {
    const judged: Judged[] = [];
    for (const input of inputs) judged.push(...(await run([input], options)));
    return judged;
  };
}

const logitsAlone = (perPhoto: Float32Array[]) => perPhoto.map((logits) => ({ logits }));

/** Native runs a SavedModel, as a whole and faster than operation by operation. */
async function loadClassifier(open: OpenBundle, backend: TensorFlowBackend): Promise<Classifier> {
  if (backend === 'wasm') return Classifier.load(graphFrom(open), open.bundle);
  const { loadSavedModel } = await import('./saved-model-backend.ts');
  return new Classifier(await loadSavedModel(open), open.bundle);
}
