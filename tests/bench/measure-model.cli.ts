import { loadSavedModel } from '@mushroom/api-service/inference/saved-model-backend';
import { startBackend, type BackendName } from '@mushroom/recognition/bundle/backend';
import { graphFrom, openBundle, readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { checkGolden } from '@mushroom/recognition/bundle/golden-check';
import { percentile } from './report.ts';

// One bundle on one backend, in a process of its own: `measure-model BUNDLE BACKEND` prints a line of JSON.

/** What a bundle is like on a backend. */
export interface Measured {
  /** From the bundle's files to the first answer. The SavedModel is written before. */
  loadMs: number;
  /** The median of single photos, without decoding. */
  inferMs: number;
  /** The largest difference of a golden score. */
  goldenDifference: number;
}

const WARM_UP = 20;
const RUNS = 100;

const [directory, backend] = process.argv.slice(2) as [string, BackendName];
// One thread, as a worker of the service has where there are as many workers as processors.
await startBackend(backend, 1);
const open = await openBundle(directory);
const golden = await readGolden(open);
const input = Uint8Array.from(Buffer.from(golden.cases[1]!.rgb, 'base64'));

async function load(): Promise<Classifier> {
  return backend === 'native'
    ? new Classifier(await loadSavedModel(open), open.bundle)
    : Classifier.load(graphFrom(open), open.bundle);
}
if (backend === 'native') (await load()).dispose();
const started = performance.now();
const classifier = await load();
await classifier.logits([input]);
const loadMs = performance.now() - started;
const goldenDifference = await checkGolden(classifier, golden);
const times: number[] = [];
for (let run = -WARM_UP; run < RUNS; run++) {
  const from = performance.now();
  await classifier.logits([input]);
  if (run >= 0) times.push(performance.now() - from);
}
console.log(JSON.stringify({ loadMs, inferMs: percentile(times, 0.5), goldenDifference } satisfies Measured));
