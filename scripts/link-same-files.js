// @ts-check
// Makes files of the same bytes below a folder one file with several names (hard links): a layer of an image holds it once.
// Versions of a model that differ in a format have their weights in common.
//
//   node link-same-files.js FOLDER
import { createHash } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const [folder = '.'] = process.argv.slice(2);
/** @type {Map<string, string>} */
const first = new Map();
let saved = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = path.join(entry.parentPath, entry.name);
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  const same = first.get(hash);
  if (same === undefined) {
    first.set(hash, file);
    continue;
  }
  linkSync(same, `${file}.link`);
  renameSync(`${file}.link`, file);
  saved += statSync(file).size;
}
console.log(`${folder}: ${(saved / 1e6).toFixed(1)} MB are there once instead of twice`);
