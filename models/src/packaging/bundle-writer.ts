import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleSchema, type Bundle, type Golden } from '../bundle/bundle.schema.ts';
import type { GraphModelFiles } from './graph-model.ts';

/** The files of a bundle that are text, by path inside it. */
export interface BundleContents {
  facts: Omit<Bundle, 'schemaVersion' | 'files'>;
  graph: GraphModelFiles;
  golden: Golden;
  /** Reports, plots, the model card. */
  texts: Record<string, string>;
}

/**
 * Writes a bundle whole or not at all: into a folder beside its place, `bundle.json` last, then renamed. A version
 * that is there already is replaced only when asked.
 * @throws Error where the version exists and `replace` is not set.
 */
export async function writeBundle(registry: string, contents: BundleContents, replace = false): Promise<string> {
  const { facts } = contents;
  const target = path.join(registry, facts.name, facts.version);
  const draft = path.join(registry, facts.name, `.${facts.version}.draft`);
  const exists = await readdir(target).then(
    () => true,
    () => false,
  );
  if (exists && !replace) throw new Error(`${target} exists; give another --version, or --replace`);

  await rm(draft, { recursive: true, force: true });
  const files: Record<string, string | Buffer> = {
    'graph/model.json': contents.graph.modelJson,
    'graph/weights.bin': contents.graph.weights,
    'golden.json': JSON.stringify(contents.golden),
    ...contents.texts,
  };
  const listed: Bundle['files'] = {};
  for (const [file, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    await mkdir(path.dirname(path.join(draft, file)), { recursive: true });
    await writeFile(path.join(draft, file), bytes);
    listed[file] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  const bundle = bundleSchema.parse({ schemaVersion: 1, ...facts, files: listed });
  await writeFile(path.join(draft, 'bundle.json'), `${JSON.stringify(bundle, null, 2)}\n`);
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return target;
}

/** Fingerprint of the code that trains: of every source file's path and bytes, whatever git thinks of them. */
export async function codeRevisionOf(sources: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    hash.update(path.relative(sources, file));
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}
