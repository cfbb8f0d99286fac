import { bytesOf, onnxFileOf, OnnxGraph } from '@mushroom/recognition/bundle/onnx-graph';
import { addClassMaps, BATCH, CHANNELS_FIRST, transposed } from '@mushroom/recognition/bundle/onnx-model';
import { EXPLAIN } from '@mushroom/recognition/bundle/onnx-names';
import { multipliersOf, quantisationsOf, type IntegerKernel, type IntegerNetwork } from './integer-network.ts';

/**
 * Writes a network of whole numbers as an ONNX model. Between DequantizeLinear and QuantizeLinear stand the operators on
 * float32 (the form named QDQ): ONNX Runtime puts one on whole numbers in the place of the three. The photo's bytes are
 * the quantised input. Inputs and outputs are as `onnxModelOf` has them.
 */
export function integerOnnxOf(network: IntegerNetwork): Uint8Array {
  const { inputName, inputSize, operations, logits, features } = network;
  const graph = new OnnxGraph('network');
  const quantisations = quantisationsOf(network);
  const bytesName = (name: string) => `${name}/bytes`;

  for (const [name, { scale, zeroPoint }] of quantisations) {
    graph.constant(`${name}/scale`, { type: 'float', dims: [], bytes: bytesOf(Float32Array.of(scale)) });
    graph.constant(`${name}/zero_point`, { type: 'uint8', dims: [], bytes: Uint8Array.of(zeroPoint) });
  }
  const scaleOf = (name: string) => [`${name}/scale`, `${name}/zero_point`];
  const read = (from: string, output: string, of: OnnxGraph = graph) =>
    of.node('DequantizeLinear', [bytesName(from), ...scaleOf(from)], output);
  const written = (name: string) => graph.node('QuantizeLinear', [name, ...scaleOf(name)], bytesName(name));

  /** Adds numbers with a scale for each of `axis`. @returns the node that widens them. */
  const widened = (
    name: string,
    numbers: Int8Array | Int32Array,
    dims: number[],
    scales: Float32Array,
    axis: number,
  ) => {
    const type = numbers instanceof Int8Array ? 'int8' : 'int32';
    graph.constant(`${name}/numbers`, { type, dims, bytes: bytesOf(numbers) });
    graph.constant(`${name}/scale`, { type: 'float', dims: [scales.length], bytes: bytesOf(scales) });
    const none = bytesOf(numbers.slice(0, scales.length).fill(0));
    graph.constant(`${name}/zero_point`, { type, dims: [scales.length], bytes: none });
    return widenedAgain(graph, name, axis);
  };
  const widenedAgain = (of: OnnxGraph, name: string, axis: number, output = name) =>
    of.node('DequantizeLinear', [`${name}/numbers`, `${name}/scale`, `${name}/zero_point`], output, { axis });
  const weights = (
    name: string,
    input: string,
    { values, scales }: IntegerKernel,
    dims: number[],
    bias: Int32Array,
    axis: number,
  ) => [
    widened(`${name}/kernel`, values, dims, scales, axis),
    widened(`${name}/bias`, bias, [bias.length], multipliersOf(quantisations.get(input)!.scale, scales), 0),
  ];

  graph.node('Transpose', [inputName], bytesName(inputName), { perm: CHANNELS_FIRST });
  let lastMap = '';
  for (const operation of operations) {
    const { name } = operation;
    switch (operation.op) {
      case 'conv':
      case 'depthwise': {
        const { kernel, stride, padding } = operation;
        const order = operation.op === 'conv' ? [3, 2, 0, 1] : [2, 3, 0, 1];
        const values = transposed(kernel.values, kernel.shape, order);
        const dims = order.map((dimension) => kernel.shape[dimension]!);
        const taken = weights(name, operation.input, { ...kernel, values }, dims, operation.bias, 0);
        graph.node('Conv', [read(operation.input, `${name}/input`), ...taken], name, {
          kernel_shape: kernel.shape.slice(0, 2),
          strides: [stride, stride],
          auto_pad: padding === 'same' ? 'SAME_UPPER' : 'VALID',
          group: operation.op === 'conv' ? 1 : kernel.shape[2]!,
        });
        written(name);
        break;
      }
      case 'add': {
        const terms = operation.inputs.map((from, index) => read(from, `${name}/input${index}`));
        graph.node('Add', terms, name);
        written(name);
        break;
      }
      case 'mean': {
        lastMap = operation.input;
        const average = `${name}/average`;
        graph.node('GlobalAveragePool', [read(lastMap, `${name}/input`)], average);
        graph.node('QuantizeLinear', [average, ...scaleOf(name)], bytesName(average));
        graph.node('Flatten', [bytesName(average)], bytesName(name));
        read(name, name);
        break;
      }
      case 'dense': {
        const taken = weights(name, operation.input, operation.kernel, operation.kernel.shape, operation.bias, 1);
        graph.node('Gemm', [read(operation.input, `${name}/input`), ...taken], name);
        break;
      }
    }
  }
  const dense = operations.find((operation) => operation.op === 'dense')!;
  const [channels, labels] = dense.kernel.shape as [number, number];
  const classMaps = addClassMaps(graph, labels, (branch) => [
    read(lastMap, `${lastMap}/explained`, branch),
    widenedAgain(branch, `${logits}/kernel`, 1, `${logits}/kernel/explained`),
  ]);
  return onnxFileOf(
    graph,
    [
      { name: inputName, type: 'uint8', shape: [BATCH, inputSize, inputSize, 3] },
      { name: EXPLAIN, type: 'bool', shape: [] },
    ],
    [
      { name: logits, type: 'float', shape: [BATCH, labels] },
      { name: features, type: 'float', shape: [BATCH, channels] },
      classMaps,
    ],
  );
}
