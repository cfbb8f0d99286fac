import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';

export type BackendName = 'native' | 'wasm';
export type BackendChoice = BackendName | 'auto';

const require = createRequire(import.meta.url);

/** tfjs-node 4.22 loads on Node 23 and newer, then fails in the middle of its work: it calls what those took away. */
const FIRST_NODE_WITHOUT_NATIVE = 23;

async function startNative(threads: number | undefined): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) >= FIRST_NODE_WITHOUT_NATIVE) {
    throw new Error(`native TensorFlow.js does not run on Node ${process.versions.node}`);
  }
  // tfjs-node announces itself on stderr; the service logs the backend itself.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  if (threads) process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  require('@tensorflow/tfjs-node');
  if (!(await tf.setBackend('tensorflow'))) throw new Error('the native TensorFlow backend did not start');
  await tf.ready();
}

async function startWasm(): Promise<void> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = require.resolve('@tensorflow/tfjs-backend-wasm');
  // Node's fetch can't read files; given a folder, the backend reads from disk. The trailing slash is part of it.
  wasm.setWasmPaths(path.join(path.dirname(entry), path.sep));
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  await tf.ready();
}

/**
 * Chooses the TensorFlow.js backend of this process, once: native where its library loads, else wasm.
 * @param threads that native computes with; one a processor where not given. Wasm has one.
 * @throws Error where a backend was asked for by name and does not load.
 */
export async function startBackend(choice: BackendChoice, threads?: number): Promise<BackendName> {
  if (choice !== 'wasm') {
    try {
      await startNative(threads);
      return 'native';
    } catch (error) {
      if (choice === 'native') {
        throw new Error(`the native backend was asked for but does not load: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  }
  await startWasm();
  return 'wasm';
}
