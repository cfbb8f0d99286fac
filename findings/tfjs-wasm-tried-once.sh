#!/usr/bin/env bash
# TensorFlow.js's WebAssembly backend, whose .wasm file could not be had once (no connection, a wrong path), can't be told
# another path any more: it says that it "was already initialized", which it never was. tf.getBackend() calls it the
# backend meanwhile. Only asking again with the paths untouched, once the file is there, starts it.
#
# Seen with @tensorflow/tfjs-core and @tensorflow/tfjs-backend-wasm 4.22.0 on Node. Ends with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
cat >wasm.cjs <<'JS'
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs-core');
const wasm = require('@tensorflow/tfjs-backend-wasm');
// The library rejects promises of its own that nobody can reach.
process.on('unhandledRejection', () => {});
console.warn = console.error = () => {};

const files = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
const later = path.join(__dirname, 'later') + path.sep;

(async () => {
  wasm.setWasmPaths(later);
  const first = await tf.setBackend('wasm');
  const named = tf.getBackend();
  let complaint = '';
  try {
    wasm.setWasmPaths(files + path.sep);
  } catch (error) {
    complaint = error.message;
  }
  fs.mkdirSync(later);
  for (const file of fs.readdirSync(files)) {
    if (file.endsWith('.wasm')) fs.copyFileSync(path.join(files, file), path.join(later, file));
  }
  const second = await tf.setBackend('wasm');
  console.log(`without the file: ${first}, and the backend is called ${named}`);
  console.log(`another path: ${complaint || 'taken'}`);
  console.log(`with the file, paths untouched: ${second}`);
  const asSeen = !first && named === 'wasm' && complaint.includes('already initialized') && second;
  process.exit(asSeen ? 0 : 1);
})();
JS
node wasm.cjs
