import { startBackend } from '@mushroom/models/bundle/backend';
import { graphFrom, openBundle, readGolden } from '@mushroom/models/bundle/bundle-reader';
import { Classifier } from '@mushroom/models/bundle/classifier';
import { checkGolden } from '@mushroom/models/bundle/golden-check';
import type { ClassifyMessage, FromWorker, LoadMessage, ToWorker } from './worker.protocol.ts';

// A child process, not a thread: TensorFlow's native library loads once a process only, and may abort it.

let classifier: Classifier | undefined;

function send(message: FromWorker): void {
  // The parent may be gone by now; the disconnect handler ends this process.
  if (process.connected) process.send!(message, () => {});
}

async function load({ bundleDirectory, backend: choice }: LoadMessage): Promise<void> {
  const started = performance.now();
  const open = await openBundle(bundleDirectory);
  const golden = await readGolden(open);
  const backend = await startBackend(choice);
  classifier = await Classifier.load(graphFrom(open), open.bundle);
  // The golden cases also warm the model up: the first run of a graph is several times slower than the next.
  const goldenDifference = await checkGolden(classifier, golden);
  send({ kind: 'ready', backend, loadMs: performance.now() - started, goldenDifference });
}

async function classify({ id, inputs }: ClassifyMessage): Promise<void> {
  const started = performance.now();
  try {
    const logits = await classifier!.logits(inputs);
    send({ kind: 'logits', id, logits, inferMs: performance.now() - started });
  } catch (error) {
    send({ kind: 'failed', id, message: (error as Error).message });
  }
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'classify') {
    void classify(message);
    return;
  }
  load(message).catch((error: Error) => {
    process.send!({ kind: 'unusable', message: error.message } satisfies FromWorker, () => process.exit(1));
  });
});

process.on('disconnect', () => process.exit(0));
// A terminal sends Ctrl-C to the whole group. The parent drains first, then ends its workers.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
