// Runs an ONNX model on photos, one by one, and writes the logits. Plain JavaScript, as an emulated processor takes its time.
// node write-logits.js MODEL SIDE PHOTOS LOGITS: PHOTOS holds side × side × 3 bytes a photo, LOGITS gets float32.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [model, side, photos, logits] = /** @type {[string, string, string, string]} */ (process.argv.slice(2));
const length = Number(side) ** 2 * 3;
const rgb = readFileSync(photos);
const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
/** @type {Uint8Array[]} */
const results = [];
for (let at = 0; at < rgb.length; at += length) {
  const image = new Tensor('uint8', Uint8Array.from(rgb.subarray(at, at + length)), [1, Number(side), Number(side), 3]);
  const answer = await session.run({ image, explain: new Tensor('bool', [false], []) }, ['logits']);
  const { data } = /** @type {{ data: Float32Array }} */ (answer.logits);
  results.push(new Uint8Array(Float32Array.from(data).buffer));
}
writeFileSync(logits, Buffer.concat(results));
