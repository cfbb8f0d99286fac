import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { openBundle, readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { bundleSchema, type Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { GraphTopology } from '@mushroom/recognition/bundle/graph-node';
import { ONNX_MODEL_FILE } from '@mushroom/recognition/bundle/onnx-names';
import { OutlineModel } from '@mushroom/recognition/outline/outline-model';
import { openOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { outlineBundleSchema } from '@mushroom/recognition/outline/outline-model.schema';
import { modelCard } from '../evaluate/model-card.ts';
import { readEvaluation } from '../evaluate/read-evaluation.ts';
import { filesOf, requireFree, writeVersion, type VersionFiles } from './bundle-writer.ts';
import { checkBundle } from './golden.ts';
import type { GraphModelFiles } from './graph-model-files.ts';
import { onnxOf, readGraph } from './graph-model.ts';

/** What becomes another when a bundle is written again. */
export interface Repacking {
  registry: string;
  version: string;
  replace: boolean;
}

const OUTLINE = 'outline.json';

/**
 * Writes a bundle's network again, in the form that bundles have now, as another version: the same weights, the same
 * golden outputs, calibration and evaluation. It must give those golden outputs on the active backend.
 *
 * @param directory of a classifier, or of a model that draws outlines.
 * @returns the new version's folder.
 * @throws BundleError where the bundle can't be trusted; Error where it does not give its golden outputs, or where the
 * version exists and `replace` is not set.
 */
export async function repacked(directory: string, { registry, version, replace }: Repacking): Promise<string> {
  const isOutline = existsSync(path.join(directory, OUTLINE));
  const { bundle } = isOutline ? await openOutlineBundle(directory) : await openBundle(directory);
  requireFree(registry, { name: bundle.name, version }, replace);
  if (isOutline) (await OutlineModel.open(directory)).model.dispose();
  else await checkBundle({ directory, bundle: bundle as Bundle });

  const { graph, changes } = mended(await readGraph({ directory }));
  const onnx = await onnxOf(graph, 'logits' in bundle.signature ? bundle.signature : undefined);
  if (!(ONNX_MODEL_FILE in bundle.files)) changes.unshift(`${ONNX_MODEL_FILE}: the network in ONNX's format`);
  const facts = { ...bundle, version, created: new Date().toISOString(), repacked: { from: bundle.version, changes } };

  const kept = Object.keys(bundle.files).filter((file) => !/^(graph|onnx)\//.test(file));
  const files: VersionFiles = {
    ...Object.fromEntries(
      await Promise.all(kept.map(async (file) => [file, await readFile(path.join(directory, file))] as const)),
    ),
    ...filesOf(graph, onnx, await readGolden({ directory })),
  };
  if ('labels' in facts && 'evaluation.json' in bundle.files) {
    files['model-card.md'] = modelCard(facts, await readEvaluation(directory));
  }
  const schema = isOutline ? outlineBundleSchema : bundleSchema;
  const saying = (listed: Bundle['files']) => schema.parse({ ...facts, files: listed });
  return writeVersion(registry, facts, files, { file: isOutline ? OUTLINE : 'bundle.json', saying }, replace);
}

/**
 * The graph as TensorFlow.js's converter would write it. Bundles that were packed before 2026-12 lack a level of the shape
 * of their input: TensorFlow.js does not mind, other readers do.
 */
function mended({ modelJson, weights }: GraphModelFiles): { graph: GraphModelFiles; changes: string[] } {
  const model = JSON.parse(modelJson) as io.ModelJSON;
  const changes: string[] = [];
  for (const { name, op, attr } of (model.modelTopology as GraphTopology<{ shape?: object }>).node) {
    if (op !== 'Placeholder' || !attr?.shape || 'shape' in attr.shape) continue;
    attr.shape = { shape: attr.shape };
    changes.push(`graph/model.json: the shape of ${name} as an attribute's value`);
  }
  return { graph: { modelJson: changes.length > 0 ? JSON.stringify(model) : modelJson, weights }, changes };
}
