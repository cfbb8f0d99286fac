import type { Backend } from '@mushroom/api-service/inference/backends';
import { loadModel } from '@mushroom/api-service/inference/load-model';
import { openBundle, readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { percentile } from './report.ts';

// One bundle on one backend, in a process of its own: `measure-model BUNDLE BACKEND` prints a line of JSON.

/** What a bundle is like on a backend. */
export interface Measured {
  /** From the bundle's files to the first answer, with the golden outputs checked. */
  loadMs: number;
  /** The median of single photos, without decoding. */
  inferMs: number;
  /** The largest difference of a golden score. */
  goldenDifference: number;
}

const WARM_UP = 20;
const RUNS = 100;

const [directory, backend] = process.argv.slice(2) as [string, Backend];
const open = await openBundle(directory);
const golden = await readGolden(open);
const input = Uint8Array.from(Buffer.from(golden.cases[1]!.rgb, 'base64'));

const started = performance.now();
// One thread, as a worker of the service has where there are as many workers as processors.
const threads = { shared: 1, alone: 1 };
const loaded = await loadModel({ kind: 'classifier', ...open }, [backend], threads, () => {});
const loadMs = performance.now() - started;
const times: number[] = [];
for (let run = -WARM_UP; run < RUNS; run++) {
  const from = performance.now();
  await loaded.model.run([input], { explain: false, alone: false });
  if (run >= 0) times.push(performance.now() - from);
}
const { goldenDifference } = loaded;
console.log(JSON.stringify({ loadMs, inferMs: percentile(times, 0.5), goldenDifference } satisfies Measured));
