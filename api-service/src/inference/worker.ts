import os from 'node:os';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { openOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { loadModel } from './load-model.ts';
import { UnusableModel } from './unusable-model.ts';
import type { OpenModel, WorkerModel } from './worker-model.ts';
import type {
  ClassifyMessage,
  FromWorker,
  LoadMessage,
  RequestResult,
  ToWorker,
  WorkerFootprint,
} from './worker.protocol.ts';

// A child process, not a thread: a library's fault ends its process, and TensorFlow's loads once a process only.

// Where processors are short, computing yields to answering: otherwise even who is turned away waits for the model. What
// runs at a still lower priority may not raise it.
os.setPriority(Math.max(os.getPriority(), os.constants.priority.PRIORITY_BELOW_NORMAL));

let model: WorkerModel | undefined;

function send(message: FromWorker): void {
  // The parent may be gone by now; the disconnect handler ends this process.
  if (process.connected) process.send!(message, () => {});
}

const footprint = (): WorkerFootprint => ({ memory: process.memoryUsage.rss(), tensors: model!.tensors() });

async function openModel({ bundleDirectory, modelKind }: LoadMessage): Promise<OpenModel> {
  if (modelKind === 'outline') return { kind: 'outline', ...(await openOutlineBundle(bundleDirectory)) };
  return { kind: 'classifier', ...(await openBundle(bundleDirectory)) };
}

async function load(message: LoadMessage): Promise<void> {
  const started = performance.now();
  const open = await openModel(message);
  const { backends, threads } = message;
  const checked = await loadModel(open, backends, threads, (backend) => send({ kind: 'trying', backend }));
  model = checked.model;
  // Loading leaves several copies of the weights behind, which V8 has no reason of its own to collect.
  globalThis.gc?.();
  const { backend, goldenDifference, passedOver } = checked;
  const loadMs = performance.now() - started;
  send({ kind: 'ready', backend, loadMs, goldenDifference, passedOver, ...footprint() });
}

/** Runs the requests as one batch; where that fails one by one, so that a bad request fails alone. */
async function resultsOf({ requests, ...options }: Omit<ClassifyMessage, 'kind'>): Promise<RequestResult[]> {
  try {
    const judged = await model!.run(requests.flat(), options);
    let taken = 0;
    return requests.map(({ length }) => {
      const photos = judged.slice(taken, (taken += length));
      const logits = photos.map((photo) => photo.logits);
      return options.explain ? { logits, classMaps: photos.map((photo) => photo.classMaps!) } : { logits };
    });
  } catch (error) {
    if (requests.length === 1) return [{ error: (error as Error).message }];
    const results: RequestResult[] = [];
    for (const request of requests) results.push(...(await resultsOf({ requests: [request], ...options })));
    return results;
  }
}

async function classify({ kind: _kind, ...message }: ClassifyMessage): Promise<void> {
  const started = performance.now();
  const results = await resultsOf(message);
  send({ kind: 'classified', results, inferMs: performance.now() - started });
}

process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'classify':
      return void classify(message);
    case 'ping':
      // While it loads, any message is a sign of life, and pings come only later.
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
