import { backboneOperations, type Operation, type OperationGraph } from '../network/network.ts';
import type { Backbone } from '../network/backbone.ts';
import type { DecoderWeights } from './decoder.ts';
import { LEVELS } from './feature-levels.ts';

/** The name of the operation that gives the mask's logits. */
export const MASK = 'mask';

/** Backbone, up to its coarsest level, and decoder as the operations that are served; `decode` says the same for training. */
export function outlineNetwork(backbone: Backbone, weights: DecoderWeights): OperationGraph {
  const inputName = 'image';
  const all = backboneOperations(backbone, inputName);
  const last = all.findIndex(({ name }) => name === LEVELS.at(-1)!.layer);
  const operations = all.slice(0, last + 1);

  const conv = (name: string, input: string, relu6: boolean): Operation => ({
    op: 'conv',
    name,
    input,
    kernel: weights[`${name}/kernel`]!,
    bias: weights[`${name}/bias`]!,
    stride: 1,
    padding: 'same',
    relu6,
  });
  LEVELS.forEach(({ layer }, level) => operations.push(conv(`lateral${level}`, layer, false)));
  let x = `lateral${LEVELS.length - 1}`;
  for (let level = LEVELS.length - 2; level >= 0; level--) {
    const side = maskSide(backbone, level);
    operations.push({ op: 'upsample', name: `doubled${level}`, input: x, side });
    operations.push({ op: 'add', name: `sum${level}`, inputs: [`doubled${level}`, `lateral${level}`] });
    operations.push(conv(`merge${level}`, `sum${level}`, true));
    x = `merge${level}`;
  }
  operations.push(conv(MASK, x, false));
  return { inputName, inputSize: backbone.inputSize, operations };
}

/** Cells a side of a level's feature map, the finest by default: the grid of the mask. */
export function maskSide({ inputSize }: Pick<Backbone, 'inputSize'>, level = 0): number {
  return inputSize / LEVELS[level]!.stride;
}
