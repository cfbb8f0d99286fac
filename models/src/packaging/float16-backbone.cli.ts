import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { io } from '@tensorflow/tfjs-core';
import { encodeWeights } from './weight-encoding.ts';

/**
 * Halves a float32 layers model for shipping: `float16-backbone --from FOLDER --to FOLDER`. tfjs widens the weights
 * again when it loads them.
 */
const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
if (!values.from || !values.to) {
  console.error('usage: float16-backbone --from FOLDER --to FOLDER');
  process.exit(2);
}

const model = JSON.parse(await readFile(path.join(values.from, 'model.json'), 'utf8')) as io.ModelJSON;
const bytes = await readFile(path.join(values.from, 'weights.bin'));
const full = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const { bytes: half, ...encoding } = encodeWeights(full, 'float16');
for (const weight of model.weightsManifest.flatMap((group) => group.weights)) {
  if (weight.dtype !== 'float32') throw new Error(`${weight.name}: only float32 weights can be halved`);
  Object.assign(weight, encoding);
}
await mkdir(values.to, { recursive: true });
await writeFile(path.join(values.to, 'model.json'), JSON.stringify(model));
await writeFile(path.join(values.to, 'weights.bin'), half);
