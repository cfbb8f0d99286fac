// @ts-check
// Decides what `npm start` and `npm test` can leave alone.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The packages that package-lock.json names and node_modules lacks or holds in another version. npm writes what it
 * has installed to node_modules/.package-lock.json, so that an install by hand counts as well as one of ours.
 * Optional packages may be absent: native TensorFlow.js is, wherever its library can't be downloaded.
 *
 * @param {string} root the project's folder
 * @returns {string[]} their folders, such as `node_modules/express`
 */
export function missingPackages(root) {
  const wanted = packagesIn(path.join(root, 'package-lock.json'));
  const installed = packagesIn(path.join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted)
    .filter(([folder, wants]) => folder !== '' && !sameOrAbsent(wants, installed[folder]))
    .map(([folder]) => folder);
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 * @param {string} lockFile
 * @returns {Record<string, LockedPackage>}
 */
function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

/**
 * @param {LockedPackage} wants
 * @param {LockedPackage | undefined} has
 */
function sameOrAbsent(wants, has) {
  if (!has) return Boolean(wants.optional || wants.devOptional);
  return has.version === wants.version && has.integrity === wants.integrity;
}

const STAMP = '.sources-sha256';
const NEVER_A_SOURCE = /^(node_modules|dist|coverage|\..*|.*\.spec\.tsx?|.*\.md)$/;

/**
 * One checksum over the names and contents of everything a build reads.
 *
 * @param {string} root
 * @param {readonly string[]} sources files and folders, relative to the root
 */
export function checksumOf(root, sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesUnder(root, source)).sort()) {
    const bytes = readFileSync(path.join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} source
 * @returns {string[]}
 */
function filesUnder(root, source) {
  const absolute = path.join(root, source);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [source];
  return readdirSync(absolute)
    .filter((name) => !NEVER_A_SOURCE.test(name))
    .flatMap((name) => filesUnder(root, `${source}/${name}`));
}

/**
 * Whether an output was built from these very sources. The stamp lies in the output's own folder, so that a
 * deleted or half-built output is never taken for a fresh one.
 *
 * @param {string} output folder of the built files
 * @param {string} checksum of the sources
 */
export function isBuiltFrom(output, checksum) {
  const stamp = path.join(output, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === checksum;
}

/** @param {string} output */
export function forgetBuild(output) {
  rmSync(path.join(output, STAMP), { force: true });
}

/**
 * @param {string} output
 * @param {string} checksum
 */
export function rememberBuild(output, checksum) {
  writeFileSync(path.join(output, STAMP), checksum);
}
