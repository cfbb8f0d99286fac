import * as tf from '@tensorflow/tfjs-core';
import { startBackend, type BackendChoice, type BackendName } from '@mushroom/recognition/bundle/backend';

export type TrainingBackendChoice = BackendChoice | 'cpu';

/** TF.js's own backend in plain JavaScript: it has every gradient, and a thousandth of the speed. */
export async function startCpu(): Promise<'cpu'> {
  await import('@tensorflow/tfjs-backend-cpu');
  if (!(await tf.setBackend('cpu'))) throw new Error('the cpu backend did not start');
  return 'cpu';
}

/**
 * Starts the backend that a network is trained on.
 *
 * @param how.throughConvolutions whether gradients go through convolutions, whose kernels the wasm backend lacks. A head
 *   on frozen features needs none.
 * @param how.otherwise what the command could be asked to do without them.
 * @throws Error with what to do, before anything is read or computed, if the backend can't train that.
 */
export async function startTrainingBackend(
  choice: TrainingBackendChoice,
  how: { throughConvolutions: boolean; otherwise?: string },
): Promise<BackendName | 'cpu'> {
  if (choice === 'cpu') return startCpu();
  const backend = await startBackend(choice);
  if (how.throughConvolutions && backend === 'wasm') {
    const why = choice === 'wasm' ? '' : ', and native TensorFlow.js does not load here';
    throw new Error(
      `the wasm backend has no gradients of convolutions${why}. Run \`npm rebuild @tensorflow/tfjs-node\` where its ` +
        `library can be downloaded (Node 20 or 22 on x64)${how.otherwise ? `, ${how.otherwise}` : ''}, or give ` +
        '--backend cpu for a network of toy size',
    );
  }
  return backend;
}
