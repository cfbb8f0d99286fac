import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { evaluationSchema } from '@mushroom/recognition/bundle/evaluation.schema';
import { multiplyAddsOf } from './multiply-adds.ts';

/** What a bundle costs, and how right it is by its own `evaluation.json`. */
export interface StatedFigures {
  name: string;
  version: string;
  multiplyAdds: number;
  /** To download: the graph and its weights as they are, and compressed as the service sends them. */
  bytes: number;
  compressedBytes: number;
  /** Null where the evaluation had no photos of the split. */
  valTop1: number | null;
  fieldTop1: number | null;
}

/** @throws Error where the bundle or its `evaluation.json` can't be read. */
export async function statedFigures(directory: string): Promise<StatedFigures> {
  const { bundle } = await openBundle(directory);
  const read = (file: string) => readFile(path.join(directory, file));
  const { splits } = evaluationSchema.parse(JSON.parse((await read('evaluation.json')).toString()));
  const graph = await read('graph/model.json');
  const files = [graph, await read('graph/weights.bin')];
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    name: bundle.name,
    version: bundle.version,
    multiplyAdds: multiplyAddsOf(JSON.parse(graph.toString()) as Parameters<typeof multiplyAddsOf>[0]),
    bytes: sum(files.map(({ length }) => length)),
    compressedBytes: sum(files.map((bytes) => gzipSync(bytes).length)),
    valTop1: splits.val?.top1.share ?? null,
    fieldTop1: splits.field?.top1.share ?? null,
  };
}
