import os from 'node:os';
import { startBackend, type BackendName } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle, readGolden, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { Golden } from '@mushroom/recognition/bundle/bundle.schema';
import { Classifier, type ExplainedPhoto, type ModelInput } from '@mushroom/recognition/bundle/classifier';
import { checkGolden } from '@mushroom/recognition/bundle/golden-check';
import { openOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { OutlineModel, sharesOf } from '@mushroom/recognition/outline/outline-model';
import { memory as tensorMemory } from '@tensorflow/tfjs-core';
import { UnusableModel } from './unusable-model.ts';
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

// Where processors are short, computing yields to answering: otherwise even who is turned away waits for the model. What
// runs at a still lower priority may not raise it.
os.setPriority(Math.max(os.getPriority(), os.constants.priority.PRIORITY_BELOW_NORMAL));

let model: Classifier | OutlineModel | undefined;
let backend: BackendName | undefined;

function send(message: FromWorker): void {
  // The parent may be gone by now; the disconnect handler ends this process.
  if (process.connected) process.send!(message, () => {});
}

type Loaded = { model: Classifier | OutlineModel } & Pick<ReadyMessage, 'goldenDifference' | 'savedModelProblem'>;

/** Whether a model can be run at all on its golden inputs, whatever it gives. */
async function runs(model: Classifier | OutlineModel, { cases }: Golden): Promise<boolean> {
  try {
    for (const { rgb } of cases) await model.logits([new Uint8Array(Buffer.from(rgb, 'base64'))]);
    return true;
  } catch {
    return false;
  }
}

/**
 * The largest difference from the golden outputs that `check` finds.
 * @throws UnusableModel `golden` where the model gives other outputs, `engine` where it does not run.
 */
async function goldenDifferenceOf(
  model: Classifier | OutlineModel,
  golden: Golden,
  check: () => Promise<number>,
): Promise<number> {
  try {
    return await check();
  } catch (error) {
    throw new UnusableModel((error as Error).message, (await runs(model, golden)) ? 'golden' : 'engine');
  }
}

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
      return { model: classifier, goldenDifference: await checkGolden(classifier, golden) };
    } catch (error) {
      savedModelProblem = (error as Error).message;
    }
  }
  const classifier = await Classifier.load(graphFrom(open), open.bundle);
  const goldenDifference = await goldenDifferenceOf(classifier, golden, () => checkGolden(classifier, golden));
  return { model: classifier, goldenDifference, savedModelProblem };
}

async function loadOutlineModel(directory: string): Promise<Loaded> {
  const open = await openOutlineBundle(directory);
  const golden = await readGolden(open);
  const outlines = await OutlineModel.load(graphFrom(open), open.bundle);
  return {
    model: outlines,
    goldenDifference: await goldenDifferenceOf(outlines, golden, () => checkGolden(outlines, golden, sharesOf)),
  };
}

const footprint = (): WorkerFootprint => ({
  memory: process.memoryUsage.rss(),
  tensors: tensorMemory().numTensors,
});

async function load({ bundleDirectory, modelKind, backend: choice, threads }: LoadMessage): Promise<void> {
  const started = performance.now();
  backend = await startBackend(choice, threads);
  const loaded: Loaded =
    modelKind === 'outline'
      ? await loadOutlineModel(bundleDirectory)
      : await loadClassifier(await openBundle(bundleDirectory), backend);
  model = loaded.model;
  const { goldenDifference, savedModelProblem } = loaded;
  // Loading leaves several copies of the weights behind, which V8 has no reason of its own to collect.
  globalThis.gc?.();
  const loadMs = performance.now() - started;
  send({ kind: 'ready', backend, loadMs, goldenDifference, savedModelProblem, ...footprint() });
}

/** What a photo gives: its logits, and class maps where they are wanted. */
type Judged = Pick<ExplainedPhoto, 'logits'> & Partial<ExplainedPhoto>;

async function run(inputs: ModelInput[], explain: boolean): Promise<Judged[]> {
  if (explain && model instanceof Classifier) return model.explained(inputs);
  return (await model!.logits(inputs)).map((logits) => ({ logits }));
}

/**
 * One run on native. The wasm backend gains nothing by more photos in a run, and never gives back the memory that its
 * largest run took.
 */
async function judge(inputs: ModelInput[], explain: boolean): Promise<Judged[]> {
  if (backend === 'native') return run(inputs, explain);
  const judged: Judged[] = [];
  for (const input of inputs) judged.push(...(await run([input], explain)));
  return judged;
}

/** Runs the requests as one batch; where that fails one by one, so that a bad request fails alone. */
async function resultsOf({ requests, explain }: Omit<ClassifyMessage, 'kind'>): Promise<RequestResult[]> {
  try {
    const judged = await judge(requests.flat(), explain);
    let taken = 0;
    return requests.map(({ length }) => {
      const photos = judged.slice(taken, (taken += length));
      const logits = photos.map((photo) => photo.logits);
      return explain ? { logits, classMaps: photos.map((photo) => photo.classMaps!) } : { logits };
    });
  } catch (error) {
    if (requests.length === 1) return [{ error: (error as Error).message }];
    const results: RequestResult[] = [];
    for (const request of requests) results.push(...(await resultsOf({ requests: [request], explain })));
    return results;
  }
}

async function classify(message: ClassifyMessage): Promise<void> {
  const started = performance.now();
  const results = await resultsOf(message);
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
        const code = error instanceof UnusableModel ? error.code : 'engine';
        process.send!({ kind: 'unusable', code, message: error.message } satisfies FromWorker, () => process.exit(1));
      });
  }
});

process.on('disconnect', () => process.exit(0));
// A terminal sends Ctrl-C to the whole group. The parent drains first, then ends its workers.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
