import path from 'node:path';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import { EXPLAIN, ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import { CLASS_MAPS } from '@mushroom/recognition/explanation/class-maps';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { UnusableModel } from './unusable-model.ts';
import type { Judged, OpenModel, Threads, WorkerModel } from './worker-model.ts';

/**
 * Microseconds that the threads of a lone run look for more work before they sleep: as fast as looking for ever, which
 * is the default and burns a processor in every pause.
 */
const SPIN_MICROSECONDS = '1000';

/** Options of a session that may keep this many processors busy. */
function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionMode: 'sequential',
    // Never left to the library: it would take every processor in every worker, and spin on them.
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { spin_duration_us: SPIN_MICROSECONDS } } },
  };
}

/**
 * The network of a bundle on ONNX Runtime.
 * @throws UnusableModel where the bundle has no such network; Error where the library does not read it.
 */
export async function loadOnnxModel(open: OpenModel, threads: Threads): Promise<WorkerModel> {
  const { directory, bundle } = open;
  if (!bundle.files[ONNX_MODEL_FILE]) throw new UnusableModel(`the bundle has no ${ONNX_MODEL_FILE}`, 'engine');
  const file = path.join(directory, ONNX_MODEL_FILE);
  const shared = await InferenceSession.create(file, sessionOptions(threads.shared));
  // The threads of a session are fixed, so that of a lone run is another; it has the weights again.
  const runsAlone = threads.alone > threads.shared;
  const alone = runsAlone ? await InferenceSession.create(file, sessionOptions(threads.alone)) : shared;
  return {
    runsAlone,
    // What it computes with is arrays of JavaScript, which are collected.
    tensors: () => 0,
    async run(inputs, options) {
      const session = options.alone ? alone : shared;
      const judged: Judged[] = [];
      for (const input of inputs) judged.push(await runOn(session, open, input, options.explain));
      return judged;
    },
  };
}

/** @throws RangeError where the input is of another size. */
async function runOn(session: InferenceSession, open: OpenModel, input: ModelInput, explain: boolean): Promise<Judged> {
  const { size } = open.bundle.input;
  if (input.length !== size * size * 3) {
    throw new RangeError(`${input.length} bytes are no ${size} × ${size} RGB input`);
  }
  const photo = { [open.bundle.signature.input]: new Tensor('uint8', bytesOf(input), [1, size, size, 3]) };
  if (open.kind === 'outline') {
    const { mask } = open.bundle.signature;
    const outputs = await session.run(photo, [mask]);
    return { logits: outputs[mask]!.data as Float32Array };
  }
  const { logits } = open.bundle.signature;
  const feeds = { ...photo, [EXPLAIN]: new Tensor('bool', [explain], []) };
  const outputs = await session.run(feeds, explain ? [logits, CLASS_MAPS] : [logits]);
  const judged: Judged = { logits: outputs[logits]!.data as Float32Array };
  const maps = outputs[CLASS_MAPS];
  if (!maps) return judged;
  const [, height, width] = maps.dims as [number, number, number, number];
  return { ...judged, classMaps: { height, width, values: maps.data as Float32Array } };
}

/** The network takes bytes; numbers between them are rounded, halves to even. */
const bytesOf = (input: ModelInput) =>
  input instanceof Uint8Array ? input : new Uint8Array(new Uint8ClampedArray(input).buffer);
