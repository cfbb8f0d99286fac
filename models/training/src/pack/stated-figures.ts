import type { io } from '@tensorflow/tfjs-core';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import { readEvaluation } from '../evaluate/read-evaluation.ts';
import { downloadOf, readGraph } from './graph-model.ts';
import { multiplyAddsOf } from './multiply-adds.ts';

/**
 * What a bundle costs to run and to download, and how right it is by its own `evaluation.json`: null where that had no
 * photos of the split.
 * @throws Error where the bundle or its `evaluation.json` can't be read.
 */
export async function statedFigures(directory: string) {
  const open = await openBundle(directory);
  const { splits } = await readEvaluation(directory);
  const graph = await readGraph(open);
  return {
    name: open.bundle.name,
    version: open.bundle.version,
    multiplyAdds: multiplyAddsOf(JSON.parse(graph.modelJson) as io.ModelJSON),
    ...downloadOf(graph),
    valTop1: splits.val?.top1.share ?? null,
    fieldTop1: splits.field?.top1.share ?? null,
  };
}
export type StatedFigures = Awaited<ReturnType<typeof statedFigures>>;
