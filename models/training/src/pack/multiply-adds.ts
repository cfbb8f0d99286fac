import type { io } from '@tensorflow/tfjs-core';
import { CLASS_MAPS } from '@mushroom/recognition/explanation/class-maps';
import type { GraphTopology } from '@mushroom/recognition/bundle/graph-node';

/** Strides, padding and shapes: what a count needs of an operation's attributes. */
type Attribute = { list?: { i?: string[] }; s?: string; dim?: { size: string }[]; shape?: Attribute };

/**
 * Multiply-adds of one photo through a packed graph: those of convolutions and dense layers, by the usual count
 * (Howard et al. 2017, arXiv:1704.04861, § 3.1). What else a network does is a few per cent beside them.
 * @throws Error naming an operation of a type that has no count.
 */
export function multiplyAddsOf({ modelTopology, weightsManifest }: io.ModelJSON): number {
  const shapes = new Map(weightsManifest.flatMap(({ weights }) => weights.map(({ name, shape }) => [name, shape])));
  /** Pixels a side of each operation's output; 0 behind the mean. */
  const sides = new Map<string, number>();
  let total = 0;
  for (const { name, op, input = [], attr = {} } of (modelTopology as GraphTopology<Record<string, Attribute>>).node) {
    const side = sides.get(input[0]!);
    const kernel = shapes.get(input[1]!);
    // Class maps are computed for whoever asks for them.
    if (name.startsWith(CLASS_MAPS)) continue;
    switch (op) {
      case 'Const':
        break;
      case 'Placeholder':
        // Bundles that were packed before 2026-12 lack a level of it.
        sides.set(name, Number((attr.shape!.shape ?? attr.shape)!.dim![1]!.size));
        break;
      case '_FusedConv2D':
      case 'FusedDepthwiseConv2dNative': {
        const stride = Number(attr.strides!.list!.i![1]);
        const isSame = Buffer.from(attr.padding!.s!, 'base64').toString() === 'SAME';
        const out = Math.ceil((isSame ? side! : side! - kernel![0]! + 1) / stride);
        sides.set(name, out);
        total += out * out * kernel!.reduce((product, length) => product * length, 1);
        break;
      }
      case '_FusedMatMul':
        total += kernel![0]! * kernel![1]!;
        break;
      case 'Mean':
      case 'Sum':
        sides.set(name, 0);
        break;
      case 'Mul':
      case 'AddV2':
      case 'Round':
      case 'ClipByValue':
        sides.set(name, side!);
        break;
      default:
        throw new Error(`${name}: operations of type ${op} have no count`);
    }
  }
  return total;
}
