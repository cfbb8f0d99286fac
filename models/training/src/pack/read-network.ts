import { io } from '@tensorflow/tfjs-core';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { GraphTopology } from '@mushroom/recognition/bundle/graph-node';
import type { Network, Operation, Weights } from '../network/network.ts';
import type { GraphModelFiles } from './graph-model-files.ts';

interface Attributes {
  fused_ops?: { list: { s?: string[] } };
  strides?: { list: { i: string[] } };
  padding?: { s: string };
}

interface Signature {
  inputs: Record<string, { tensorShape: { dim: { size: string }[] } }>;
}

const text = (base64: string) => Buffer.from(base64, 'base64').toString();

/**
 * The network of a packed classifier as operations again, weights widened: what `graphModelOf` was given, but for rounding.
 * @throws Error naming an operation that `graphModelOf` does not write.
 */
export function readNetwork(files: GraphModelFiles, { input, logits, features }: Bundle['signature']): Network {
  const { modelTopology, weightsManifest, signature } = JSON.parse(files.modelJson) as io.ModelJSON;
  const specs = weightsManifest.flatMap(({ weights }) => weights);
  const tensors = io.decodeWeights(Uint8Array.from(files.weights).buffer, specs);
  const constants = new Map<string, Weights>();
  for (const [name, tensor] of Object.entries(tensors)) {
    constants.set(name, { shape: tensor.shape, values: tensor.dataSync() as Float32Array });
    tensor.dispose();
  }
  const { node: nodes } = modelTopology as GraphTopology<Attributes>;
  const operations: Operation[] = [];
  for (const { name, op, input: inputs = [], attr = {} } of nodes) {
    const [first, second, third] = inputs as [string, string, string];
    switch (op) {
      case 'Const':
      case 'Placeholder':
        break;
      case 'Mul':
      case 'AddV2': {
        const factor = constants.get(second)?.values[0];
        if (factor === undefined) {
          operations.push({ op: 'add', name, inputs: [first, second] });
          break;
        }
        const before = operations.at(-1);
        if (op === 'Mul') operations.push({ op: 'scale', name, input: first, multiply: factor, add: 0 });
        else if (before?.op === 'scale' && before.name === first)
          operations.splice(-1, 1, { ...before, name, add: factor });
        else throw new Error(`${name}: only a scaling of pixels adds a number`);
        break;
      }
      case '_FusedConv2D':
      case 'FusedDepthwiseConv2dNative':
        operations.push({
          op: op === '_FusedConv2D' ? 'conv' : 'depthwise',
          name,
          input: first,
          kernel: constants.get(second)!,
          bias: constants.get(third)!,
          stride: Number(attr.strides!.list.i[1]),
          padding: text(attr.padding!.s) === 'SAME' ? 'same' : 'valid',
          relu6: (attr.fused_ops?.list.s ?? []).map(text).includes('Relu6'),
        });
        break;
      case 'Mean':
        operations.push({ op: 'mean', name, input: first });
        break;
      case '_FusedMatMul':
        operations.push({
          op: 'dense',
          name,
          input: first,
          kernel: constants.get(second)!,
          bias: constants.get(third)!,
        });
        break;
      default:
        throw new Error(`${name}: operations of type ${op} are none of a classifier`);
    }
  }
  const { inputs } = signature as unknown as Signature;
  const inputSize = Number(inputs[input]!.tensorShape.dim[1]!.size);
  return { inputName: input, inputSize, operations, logits, features };
}
