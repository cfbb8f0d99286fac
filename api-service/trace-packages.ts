// Copies what the built service loads of node_modules into another folder, for its image: packages bring several builds of
// themselves, types, tests and libraries for other platforms. `tsx trace-packages.ts FOLDER`, after `npm run build`.
import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { nodeFileTrace } from '@vercel/nft';

const repository = path.resolve(import.meta.dirname, '..');
const [folder] = process.argv.slice(2);
if (!folder) throw new Error('the folder to copy into is missing');

const platform = `${process.platform}/${process.arch}`;

/** What no import tells: libraries of libraries, and what is read by a name that is made up while the service runs. */
const READ_BY_NAME: [string, RegExp][] = [
  [`node_modules/onnxruntime-node/bin/napi-v6/${platform}`, /^(libonnxruntime\.|onnxruntime_binding\.node$)/],
  ['node_modules/swagger-ui-dist', /^(package\.json|swagger-ui\.css|swagger-ui-bundle\.js|favicon-32x32\.png)$/],
  ['node_modules/@tensorflow/tfjs-backend-wasm/dist', /\.wasm$/],
];
const LICENCE = /^(licen[cs]e|notice|copying)/i;

/** Native TensorFlow has an image of its own; of ONNX Runtime's libraries for five platforms, one is named above. */
const IGNORED = ['**/@tensorflow/tfjs-node/**', '**/onnxruntime-node/bin/**'];

const filesIn = async (of: string, wanted: RegExp) =>
  (await readdir(path.join(repository, of))).filter((file) => wanted.test(file)).map((file) => path.join(of, file));

const entries = ['main', 'worker', 'fetch-model'].map((name) => path.join(repository, `api-service/dist/${name}.js`));
const { fileList } = await nodeFileTrace(entries, { base: repository, ignore: IGNORED });
const files = [...fileList].filter((file) => /(^|\/)node_modules\//.test(file));
const packages = new Set(files.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)![0]));
for (const one of packages) files.push(...(await filesIn(one, LICENCE)));
for (const [of, wanted] of READ_BY_NAME) files.push(...(await filesIn(of, wanted)));
for (const file of new Set(files)) {
  await cp(path.join(repository, file), path.join(folder, file), { dereference: true });
}
