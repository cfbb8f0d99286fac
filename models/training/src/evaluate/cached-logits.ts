import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { graphFrom, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { MODELS } from '../terminal/places.ts';
import { LabelSpace } from '../data/label-space.ts';
import type { CheckedPhoto } from '../data/read-photos.ts';
import type { SplitPhoto } from '../data/splits.ts';
import { writeWhole } from '../data/write-whole.ts';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { evaluatedPhoto, type EvaluatedPhoto } from './evaluated-photo.ts';
import { evaluateGraph } from './evaluate-graph.ts';

/** Fingerprint of a photo's file → its logits, as little-endian float32 in base64. */
type Stored = Record<string, string>;

/** What the logits depend on: the graph, what it is fed, what its outputs are called. Thresholds may change beside it. */
function cacheName({ bundle: { name, version, files, input, labels } }: OpenBundle): string {
  const graph = Object.entries(files).filter(([file]) => file.startsWith('graph/'));
  const key = sha256(JSON.stringify([graph, input, labels]));
  return `${name}-${version}-${key.slice(0, 16)}.json`;
}

const decoded = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);

const encoded = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/**
 * `evaluateGraph`, from a file where it has run before: what is measured on logits can be measured again in seconds.
 * A photo is told by what is in its file.
 *
 * @param folder where the file is kept; made where it is missing.
 * @throws Error as `evaluateGraph`.
 */
export async function cachedLogits(
  open: OpenBundle,
  photos: readonly SplitPhoto<CheckedPhoto>[],
  root: string,
  table: SpeciesTable,
  folder = path.join(MODELS, 'build/logits'),
): Promise<EvaluatedPhoto[]> {
  const file = path.join(folder, cacheName(open));
  const stored = await readStored(file);
  const missing = photos.filter(({ fingerprint }) => stored[fingerprint] === undefined);
  if (missing.length > 0) {
    const evaluated = await evaluateGraph(graphFrom(open), open.bundle, missing, root, table);
    evaluated.forEach(({ logits }, index) => (stored[missing[index]!.fingerprint] = encoded(logits)));
    await writeWhole(file, JSON.stringify(stored));
  }
  const space = new LabelSpace(open.bundle.labels, table);
  return photos.map((photo) =>
    evaluatedPhoto({ ...photo, path: path.relative(root, photo.file) }, decoded(stored[photo.fingerprint]!), space),
  );
}

async function readStored(file: string): Promise<Stored> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return JSON.parse(text) as Stored;
  } catch {
    throw new Error(`${file} is broken; remove it, and it is made again`);
  }
}
