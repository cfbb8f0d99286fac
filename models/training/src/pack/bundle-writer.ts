import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { bundleSchema, type Bundle, type Golden } from '@mushroom/recognition/bundle/bundle.schema';
import { ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import type { OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { requireWritable } from '../data/write-whole.ts';
import type { BundleFacts } from '../evaluate/model-card.ts';
import type { GraphModelFiles } from './graph-model-files.ts';

/** The files of a version, by path inside it. */
export type VersionFiles = Record<string, string | Buffer>;

/**
 * Writes a bundle: {@link writeVersion} with a `bundle.json`.
 * @param files graph, golden outputs, reports, plots, the model card.
 * @throws Error if the version exists and `replace` is not set.
 */
export async function writeBundle(
  registry: string,
  facts: BundleFacts,
  files: VersionFiles,
  replace = false,
): Promise<string> {
  const saying = (listed: Bundle['files']) => bundleSchema.parse({ schemaVersion: 1, ...facts, files: listed });
  return writeVersion(registry, facts, files, { file: 'bundle.json', saying }, replace);
}

/**
 * Writes a bundle's reports again where they are; its network and its golden outputs stay as they were.
 * @param texts replace those of the same path, or come beside the others.
 * @throws Error where the bundle can't be read or written.
 */
export async function rewriteReports({ bundle, directory }: OpenBundle, texts: Record<string, string>): Promise<void> {
  const { schemaVersion: _version, files: listed, ...facts } = bundle;
  const kept = await Promise.all(
    Object.keys(listed).map(async (file) => [file, await readFile(path.join(directory, file))] as const),
  );
  await writeBundle(path.resolve(directory, '../..'), facts, { ...Object.fromEntries(kept), ...texts }, true);
}

/**
 * The files that a network and its golden outputs are kept in.
 * @param onnx the same network as the bytes of an ONNX model.
 */
export function filesOf(graph: GraphModelFiles, onnx: Uint8Array, golden: Golden): VersionFiles {
  return {
    'graph/model.json': graph.modelJson,
    'graph/weights.bin': graph.weights,
    [ONNX_MODEL_FILE]: Buffer.from(onnx),
    'golden.json': JSON.stringify(golden),
  };
}

/**
 * Checks that a version can be written: what ends with one calls it first.
 * @throws Error where the version exists and `replace` is not set, or its folder can't be written.
 */
export function requireFree(
  registry: string,
  { name, version }: { name: string; version: string },
  replace: boolean,
): void {
  const target = path.join(registry, name, version);
  if (!replace && existsSync(target)) throw new Error(`${target} exists; give another --version, or --replace`);
  requireWritable(path.dirname(target));
}

/**
 * Writes a version of a model whole or not at all: into a folder beside its place, the list of its files last, then
 * renamed. A version that is there already is replaced only when asked.
 *
 * @param list the name of the file that lists the others, and what it says.
 * @throws Error where the version exists and `replace` is not set.
 */
export async function writeVersion(
  registry: string,
  { name, version }: { name: string; version: string },
  files: VersionFiles,
  list: { file: string; saying: (files: Bundle['files']) => object },
  replace: boolean,
): Promise<string> {
  const target = path.join(registry, name, version);
  const draft = path.join(registry, name, `.${version}.draft`);
  requireFree(registry, { name, version }, replace);
  await rm(draft, { recursive: true, force: true });
  const listed: Bundle['files'] = {};
  for (const [file, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    await mkdir(path.dirname(path.join(draft, file)), { recursive: true });
    await writeFile(path.join(draft, file), bytes);
    listed[file] = { bytes: bytes.length, sha256: sha256(bytes) };
  }
  await writeFile(path.join(draft, list.file), `${JSON.stringify(list.saying(listed), null, 2)}\n`);
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return target;
}
