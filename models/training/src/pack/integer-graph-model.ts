import { CLASS_MAPS } from '@mushroom/recognition/explanation/class-maps';
import { GraphModelWriter } from './graph-model-writer.ts';
import type { GraphModelFiles } from './graph-model-files.ts';
import {
  meanMultiplier,
  multipliersOf,
  quantisationsOf,
  type IntegerKernel,
  type IntegerNetwork,
  type Quantisation,
} from './integer-network.ts';

/**
 * Writes a network of whole numbers as a TensorFlow.js graph model. Each node gives whole numbers as float32: bytes less
 * their zero point, so that the zeros which pad an image are right. Sums are exact; then come a product, which is rounded
 * as everywhere, the limits of a byte, and the rounding to a whole number, half to even. The weights take a byte each.
 *
 * It has the node `class_maps` as well, which nobody pays for who does not ask for it.
 */
export function integerGraphModelOf(network: IntegerNetwork): GraphModelFiles {
  const { inputName, input, operations, logits, features } = network;
  const writer = new GraphModelWriter(inputName, network.inputSize);
  const quantisations = quantisationsOf(network);
  const shapes: Record<string, number[]> = {};
  let lastMap = '';

  const kernel = (name: string, { shape, values }: IntegerKernel) => {
    const bytes = Buffer.from(Uint8Array.from(values, (value) => value + 128).buffer);
    const quantization = { dtype: 'uint8', original_dtype: 'float32', min: -128, scale: 1 } as never;
    return writer.weights(`${name}/kernel`, shape, { bytes, quantization });
  };
  const biasOf = (name: string, bias: Int32Array) =>
    writer.numbers(`${name}/bias`, Float32Array.from(bias), [bias.length]);
  const limited = (name: string, from: string, { zeroPoint }: Quantisation) => {
    // Not -zeroPoint: there is a -0, which is no byte.
    const least = writer.numbers(`${name}/least`, Float32Array.of(0 - zeroPoint));
    const most = writer.numbers(`${name}/most`, Float32Array.of(255 - zeroPoint));
    writer.node(name, 'ClipByValue', [from, least, most]);
  };
  const asBytes = (name: string, sum: string, multipliers: Float32Array, output: Quantisation) => {
    const factor = writer.numbers(`${name}/multiplier`, multipliers, [multipliers.length]);
    writer.node(`${name}/product`, 'Mul', [sum, factor]);
    limited(`${name}/limited`, `${name}/product`, output);
    writer.node(name, 'Round', [`${name}/limited`]);
  };
  const centred = `${inputName}/centred`;
  const nameOf = (from: string) => (from === inputName ? centred : from);
  writer.node(centred, 'AddV2', [inputName, writer.numbers(`${centred}/offset`, Float32Array.of(-input.zeroPoint))]);

  for (const operation of operations) {
    const { name } = operation;
    switch (operation.op) {
      case 'conv':
      case 'depthwise': {
        const weights = [kernel(name, operation.kernel), biasOf(name, operation.bias)];
        writer.convolution(`${name}/sum`, [nameOf(operation.input), ...weights], { ...operation, relu6: false });
        const { scale } = quantisations.get(operation.input)!;
        asBytes(
          name,
          `${name}/sum`,
          multipliersOf(scale, operation.kernel.scales, operation.output.scale),
          operation.output,
        );
        break;
      }
      case 'add':
        writer.node(`${name}/sum`, 'AddV2', [...operation.inputs]);
        limited(name, `${name}/sum`, operation.output);
        break;
      case 'mean': {
        lastMap = operation.input;
        const { scale } = quantisations.get(lastMap)!;
        const bytes = `${name}/bytes`;
        writer.overPlaces(`${bytes}/sum`, 'Sum', lastMap);
        const multiplier = meanMultiplier(scale, operation.places, operation.output.scale);
        asBytes(bytes, `${bytes}/sum`, Float32Array.of(multiplier), operation.output);
        writer.node(name, 'Mul', [bytes, writer.numbers(`${name}/scale`, Float32Array.of(operation.output.scale))]);
        break;
      }
      case 'dense': {
        const weights = [kernel(name, operation.kernel), biasOf(name, operation.bias)];
        writer.dense(`${name}/sum`, [`${operation.input}/bytes`, ...weights]);
        const { scale } = quantisations.get(operation.input)!;
        const factor = writer.numbers(`${name}/multiplier`, multipliersOf(scale, operation.kernel.scales));
        writer.node(name, 'Mul', [`${name}/sum`, factor]);
        const [channels, classes] = operation.kernel.shape as [number, number];
        shapes[logits] = [classes];
        shapes[features] = [channels];

        // What each place of the last map says: the dense layer, before the mean.
        const shape = writer.wholes(`${CLASS_MAPS}/shape`, 1, 1, channels, classes);
        writer.node(`${CLASS_MAPS}/kernel`, 'Reshape', [weights[0]!, shape], { Tshape: { type: 'DT_INT32' } });
        const none = writer.numbers(`${CLASS_MAPS}/bias`, new Float32Array(classes));
        const plain = { op: 'conv', stride: 1, padding: 'valid', relu6: false } as const;
        writer.convolution(`${CLASS_MAPS}/sum`, [lastMap, `${CLASS_MAPS}/kernel`, none], plain);
        const ofMap = multipliersOf(quantisations.get(lastMap)!.scale, operation.kernel.scales);
        writer.node(CLASS_MAPS, 'Mul', [`${CLASS_MAPS}/sum`, writer.numbers(`${CLASS_MAPS}/multiplier`, ofMap)]);
        break;
      }
    }
  }
  return writer.files(shapes);
}
