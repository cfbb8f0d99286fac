#!/usr/bin/env bash
# TensorFlow.js on WebAssembly gives wrong values, without a word, for a convolution whose stride is larger than its kernel.
# Such layers are valid (patch embeddings and cheap stems have them); the cpu backend and TensorFlow compute them.
#
# Seen with @tensorflow/tfjs-core and its backends cpu and wasm 4.22.0: with a kernel of 3 x 3 and stride 4 the two backends
# differ by far more than rounding, with a kernel of 5 x 5 and the same stride they agree. Ends with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
cat >conv.cjs <<'JS'
const path = require('node:path');
const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), path.sep));

const filled = (shape) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)), shape);

async function convolved(backend, kernel, stride) {
  await tf.setBackend(backend);
  await tf.ready();
  return tf.conv2d(filled([1, 16, 16, 3]), filled([kernel, kernel, 3, 4]), stride, 'same').dataSync();
}

(async () => {
  const differs = {};
  for (const [kernel, stride] of [[3, 4], [5, 4], [3, 2]]) {
    const [cpu, wasmValues] = [await convolved('cpu', kernel, stride), await convolved('wasm', kernel, stride)];
    const difference = Math.max(...cpu.map((value, i) => Math.abs(value - wasmValues[i])));
    differs[`${kernel}/${stride}`] = difference > 1e-3;
    console.log(`kernel ${kernel}, stride ${stride}: largest value ${Math.max(...cpu.map(Math.abs)).toFixed(3)}, largest difference ${difference.toFixed(6)}`);
  }
  process.exitCode = differs['3/4'] && !differs['5/4'] && !differs['3/2'] ? 0 : 1;
})();
JS
node conv.cjs
