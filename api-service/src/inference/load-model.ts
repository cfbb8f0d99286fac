import { readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import { checkGolden, scoresOf } from '@mushroom/recognition/bundle/golden-check';
import { sharesOf } from '@mushroom/recognition/outline/mask-shares';
import type { Backend } from './backends.ts';
import { UnusableModel } from './unusable-model.ts';
import type { OpenModel, Threads, WorkerModel } from './worker-model.ts';

export interface CheckedModel {
  model: WorkerModel;
  backend: Backend;
  /** Largest difference of a score from the golden outputs. */
  goldenDifference: number;
  /** Why faster backends do not serve it: a sentence each. */
  passedOver: string[];
}

/**
 * Loads a model on the first of the backends that loads, and gives the bundle's golden outputs. Those also warm it up:
 * the first runs are many times slower.
 * @param trying is told each backend before it is tried: a library built for another processor ends the process.
 * @throws UnusableModel with what is wrong on the last of them.
 */
export async function loadModel(
  open: OpenModel,
  backends: readonly Backend[],
  threads: Threads,
  trying: (backend: Backend) => void,
): Promise<CheckedModel> {
  const passedOver: string[] = [];
  for (const backend of backends) {
    trying(backend);
    try {
      const model = await loadOn(backend, open, threads);
      return { model, backend, goldenDifference: await goldenDifferenceOf(model, open), passedOver };
    } catch (error) {
      if (backend === backends.at(-1) || isFinal(error, open)) throw error;
      passedOver.push(`${backend}: ${(error as Error).message}`);
    }
  }
  throw new UnusableModel('there is no backend to try', 'engine');
}

/** TensorFlow.js and its backends are read only where they are needed: they cost a worker 25 MB. */
async function loadOn(backend: Backend, open: OpenModel, threads: Threads): Promise<WorkerModel> {
  if (backend === 'onnx') return (await import('./onnx-model.ts')).loadOnnxModel(open, threads);
  return (await import('./tensorflow-model.ts')).loadTensorFlowModel(open, backend, threads.shared);
}

/**
 * Whole numbers come out wrong on a processor that saturates sums of products. Slower backends would give the right ones,
 * later than the version with the same network in floating point does, which the registry has as well.
 */
function isFinal(error: unknown, { bundle }: OpenModel): boolean {
  return error instanceof UnusableModel && error.code === 'golden' && bundle.arithmetic === 'int8';
}

/**
 * The largest difference from the golden outputs, beside others and alone.
 * @throws UnusableModel `golden` where the model gives other outputs, `engine` where it does not run.
 */
async function goldenDifferenceOf(model: WorkerModel, open: OpenModel): Promise<number> {
  const golden = await readGolden(open);
  const scoresFrom = open.kind === 'outline' ? sharesOf : scoresOf;
  let largest = 0;
  for (const alone of model.runsAlone ? [false, true] : [false]) {
    const logits = (inputs: readonly ModelInput[]) => logitsOf(model, inputs, alone);
    const difference = await checkGolden({ logits }, golden, scoresFrom).catch((error: Error) => {
      throw error instanceof UnusableModel ? error : new UnusableModel(error.message, 'golden');
    });
    largest = Math.max(largest, difference);
  }
  return largest;
}

async function logitsOf(model: WorkerModel, inputs: readonly ModelInput[], alone: boolean): Promise<Float32Array[]> {
  try {
    const judged = await model.run(inputs, { explain: false, alone });
    return judged.map(({ logits }) => logits);
  } catch (error) {
    throw new UnusableModel((error as Error).message, 'engine');
  }
}
