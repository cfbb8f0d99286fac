import { startBackend, type BackendName } from '@mushroom/models/bundle/backend';
import { graphFrom, openBundle, readGolden, type OpenBundle } from '@mushroom/models/bundle/bundle-reader';
import { Classifier, type ModelInput } from '@mushroom/models/bundle/classifier';
import { checkGolden } from '@mushroom/models/bundle/golden-check';
import { memory as tensorMemory } from '@tensorflow/tfjs-core';
import type {
  ClassifyMessage,
  FromWorker,
  LoadMessage,
  ReadyMessage,
  RequestResult,
  ToWorker,
  WorkerFootprint,
} from './worker.protocol.ts';

// A child process, not a thread: TensorFlow's native library loads once a process only, and may abort it.

let classifier: Classifier | undefined;
let backend: BackendName | undefined;

function send(message: FromWorker): void {
  // The parent may be gone by now; the disconnect handler ends this process.
  if (process.connected) process.send!(message, () => {});
}

type Loaded = { classifier: Classifier } & Pick<ReadyMessage, 'goldenDifference' | 'savedModelProblem'>;

/**
 * The classifier in the form that its backend runs fastest: native takes the SavedModel, and the graph model where
 * there is something wrong with that. The golden cases also warm it up: the first runs are many times slower.
 */
async function loadClassifier(open: OpenBundle, backend: BackendName): Promise<Loaded> {
  const golden = await readGolden(open);
  let savedModelProblem: string | undefined;
  if (backend === 'native') {
    try {
      const { loadSavedModel } = await import('./saved-model-backend.ts');
      const classifier = new Classifier(await loadSavedModel(open), open.bundle);
      return { classifier, goldenDifference: await checkGolden(classifier, golden) };
    } catch (error) {
      savedModelProblem = (error as Error).message;
    }
  }
  const classifier = await Classifier.load(graphFrom(open), open.bundle);
  return { classifier, goldenDifference: await checkGolden(classifier, golden), savedModelProblem };
}

const footprint = (): WorkerFootprint => ({
  memory: process.memoryUsage.rss(),
  tensors: tensorMemory().numTensors,
});

async function load({ bundleDirectory, backend: choice, threads }: LoadMessage): Promise<void> {
  const started = performance.now();
  const open = await openBundle(bundleDirectory);
  backend = await startBackend(choice, threads);
  const loaded = await loadClassifier(open, backend);
  classifier = loaded.classifier;
  const { goldenDifference, savedModelProblem } = loaded;
  // Loading leaves several copies of the weights behind, which V8 has no reason of its own to collect.
  globalThis.gc?.();
  const loadMs = performance.now() - started;
  send({ kind: 'ready', backend, loadMs, goldenDifference, savedModelProblem, ...footprint() });
}

/**
 * One run on native. The wasm backend gains nothing by more photos in a run, and never gives back the memory that its
 * largest run took.
 */
async function logitsOf(inputs: ModelInput[]): Promise<Float32Array[]> {
  if (backend === 'native') return classifier!.logits(inputs);
  const logits: Float32Array[] = [];
  for (const input of inputs) logits.push(...(await classifier!.logits([input])));
  return logits;
}

/** Runs the requests as one batch; where that fails one by one, so that a bad request fails alone. */
async function resultsOf(requests: ClassifyMessage['requests']): Promise<RequestResult[]> {
  try {
    const logits = await logitsOf(requests.flat());
    let taken = 0;
    return requests.map(({ length }) => ({ logits: logits.slice(taken, (taken += length)) }));
  } catch (error) {
    if (requests.length === 1) return [{ error: (error as Error).message }];
    const results: RequestResult[] = [];
    for (const request of requests) results.push(...(await resultsOf([request])));
    return results;
  }
}

async function classify({ requests }: ClassifyMessage): Promise<void> {
  const started = performance.now();
  const results = await resultsOf(requests);
  send({ kind: 'classified', results, inferMs: performance.now() - started });
}

process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'classify':
      return void classify(message);
    case 'ping':
      return send({ kind: 'pong', ...footprint() });
    case 'load':
      load(message).catch((error: Error) => {
        process.send!({ kind: 'unusable', message: error.message } satisfies FromWorker, () => process.exit(1));
      });
  }
});

process.on('disconnect', () => process.exit(0));
// A terminal sends Ctrl-C to the whole group. The parent drains first, then ends its workers.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
