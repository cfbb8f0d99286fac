import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { bundleSchema, goldenSchema, type Bundle, type Golden } from './bundle.schema.ts';

/** What can be wrong with a bundle: a file is not there, says what it may not, or is not the one that was written. */
export type BundleFault = 'missing' | 'malformed' | 'checksum';

/** A bundle that can't be trusted: which, and what is wrong with it. */
export class BundleError extends Error {
  override name = 'BundleError';

  constructor(
    message: string,
    readonly fault: BundleFault,
  ) {
    super(message);
  }
}

/** What no bundle can be served without; an unlisted file would go unchecked. */
const REQUIRED_FILES = ['graph/model.json', 'golden.json'];

export interface OpenBundle {
  directory: string;
  bundle: Bundle;
}

/**
 * Opens a bundle's directory, and checks every file against the checksum that `bundle.json` gives for it.
 * @throws BundleError where bundle.json is missing, malformed or incomplete, or a file is missing or differs.
 */
export async function openBundle(directory: string): Promise<OpenBundle> {
  const bundle = await readJson(directory, 'bundle.json', (json) => bundleSchema.parse(json));
  const unlisted = REQUIRED_FILES.find((file) => !bundle.files[file]);
  if (unlisted) throw new BundleError(`${directory}: bundle.json does not list ${unlisted}`, 'malformed');
  await checkFiles(directory, bundle.files, 'bundle.json');
  return { directory, bundle };
}

/**
 * Checks files against the checksums that are listed for them.
 * @param list the name of the file that lists them, for the message.
 * @throws BundleError naming the first file that is missing or differs.
 */
export async function checkFiles(directory: string, files: Bundle['files'], list: string): Promise<void> {
  for (const [file, expected] of Object.entries(files)) {
    const sha256 = await sha256Of(path.join(directory, file)).catch(() => {
      throw new BundleError(`${directory}: ${file} is missing`, 'missing');
    });
    if (sha256 !== expected.sha256) {
      throw new BundleError(`${directory}: ${file} is not the file that ${list} names (checksum differs)`, 'checksum');
    }
  }
}

/** Read piece by piece: the process that checks a bundle's weights mostly has no other use for them. */
async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

export async function readGolden({ directory }: Pick<OpenBundle, 'directory'>): Promise<Golden> {
  return readJson(directory, 'golden.json', (json) => goldenSchema.parse(json));
}

/** The versions of a model that a registry holds, oldest first. A folder without a bundle.json is no version yet. */
export async function versionsOf(registry: string, name: string): Promise<string[]> {
  const entries = await readdir(path.join(registry, name), { withFileTypes: true }).catch(() => []);
  const versions: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^[1-9]\d*$/.test(entry.name)) continue;
    const files = await readdir(path.join(registry, name, entry.name));
    if (files.includes('bundle.json')) versions.push(entry.name);
  }
  return versions.sort((a, b) => Number(a) - Number(b));
}

/** Reads the graph from the bundle's directory. */
export function graphFrom({ directory }: Pick<OpenBundle, 'directory'>): io.IOHandler {
  return modelFrom(path.join(directory, 'graph'));
}

/** Reads `model.json` and its weights from a folder: tfjs's own file reader comes with tfjs-node only. */
export function modelFrom(folder: string): io.IOHandler {
  return {
    async load() {
      const model = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as io.ModelJSON;
      const shards = await Promise.all(
        model.weightsManifest.flatMap((group) => group.paths).map((shard) => readFile(path.join(folder, shard))),
      );
      const weights = Buffer.concat(shards);
      return {
        modelTopology: model.modelTopology,
        format: model.format,
        weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
        weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer,
        signature: model.signature,
      };
    },
  };
}

/**
 * A JSON file of a bundle, checked.
 * @throws BundleError where it is missing or malformed.
 */
export async function readJson<T>(directory: string, file: string, check: (json: unknown) => T): Promise<T> {
  const text = await readFile(path.join(directory, file), 'utf8').catch(() => {
    throw new BundleError(`${directory}: ${file} is missing`, 'missing');
  });
  return checkedJson(text, `${directory}: ${file}`, check);
}

/** @throws BundleError naming what is malformed. */
export function checkedJson<T>(text: string, name: string, check: (json: unknown) => T): T {
  try {
    return check(JSON.parse(text));
  } catch (error) {
    throw new BundleError(`${name} is malformed: ${(error as Error).message}`, 'malformed');
  }
}
