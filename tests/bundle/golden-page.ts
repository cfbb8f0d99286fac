// What the browser runs, bundled by the spec beside it.
import '@tensorflow/tfjs-backend-wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Bundle, Golden } from '@mushroom/recognition/bundle/bundle.schema';
import { Classifier } from '@mushroom/recognition/bundle/classifier';
import { scoresOfGolden } from './scores-of-golden.ts';

declare global {
  var goldenOnWasm: () => Promise<{ backend: string; scores: number[][] }>;
}

globalThis.goldenOnWasm = async () => {
  setWasmPaths('/wasm/');
  await tf.setBackend('wasm');
  await tf.ready();
  const bundle = (await (await fetch('/bundle/bundle.json')).json()) as Bundle;
  const golden = (await (await fetch('/bundle/golden.json')).json()) as Golden;
  const classifier = await Classifier.load('/bundle/graph/model.json', bundle);
  return { backend: tf.getBackend(), scores: await scoresOfGolden(classifier, golden) };
};
