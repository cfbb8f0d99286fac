import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Backbone } from './backbone.ts';
import type { Head } from './head.ts';

/** Constant values with their shape. */
export interface Weights {
  shape: number[];
  values: Float32Array;
}

/**
 * One step of an inference network, in the order they run. A convolution carries its bias and activation, as every
 * serving runtime has a fused kernel for that.
 */
export type Operation =
  | { op: 'scale'; name: string; input: string; multiply: number; add: number }
  | {
      op: 'conv' | 'depthwise';
      name: string;
      input: string;
      kernel: Weights;
      bias: Weights;
      stride: number;
      padding: 'same' | 'valid';
      relu6: boolean;
    }
  | { op: 'add'; name: string; inputs: [string, string] }
  /** Nearest neighbour, to a square of this side. */
  | { op: 'upsample'; name: string; input: string; side: number }
  | { op: 'mean'; name: string; input: string }
  | { op: 'dense'; name: string; input: string; kernel: Weights; bias: Weights };

/** What takes a square photo and runs some operations. */
export interface OperationGraph {
  inputName: string;
  inputSize: number;
  operations: Operation[];
}

/** A trained classifier as a list of operations: what every export format is written from. */
export interface Network extends OperationGraph {
  /** Names of the outputs. */
  logits: string;
  features: string;
}

/** A layer as `LayersModel.getConfig()` describes it. */
interface LayerConfig {
  className: string;
  name: string;
  config: Record<string, unknown>;
  inboundNodes: [string, number, number, object][][];
}

/**
 * A backbone and a head → the network that is served.
 * @throws Error naming a layer that has no counterpart.
 */
export function networkOf(backbone: Backbone, head: Head): Network {
  const inputName = 'image';
  const operations = backboneOperations(backbone, inputName);
  const classes = head.bias.length;
  operations.push({
    op: 'dense',
    name: 'logits',
    input: 'features',
    kernel: { shape: [backbone.featureSize, classes], values: head.kernel },
    bias: { shape: [classes], values: head.bias },
  });
  return { inputName, inputSize: backbone.inputSize, operations, logits: 'logits', features: 'features' };
}

/**
 * A backbone as operations, named as its layers are. Pixel scaling becomes the first of them, so that whoever serves
 * it feeds plain 0…255 RGB.
 * @throws Error naming a layer that has no counterpart.
 */
export function backboneOperations(backbone: Backbone, inputName: string): Operation[] {
  const config = backbone.model.getConfig() as unknown as { layers: LayerConfig[] };
  /** The operation that gives each layer's output. */
  const outputOf = new Map<string, string>();
  const operations: Operation[] = [];
  const { mean, deviation } = backbone.scaling;

  for (const layer of config.layers) {
    const { name } = layer;
    const [input, second] = layer.inboundNodes[0]?.map(([from]) => outputOf.get(from)!) ?? [];
    switch (layer.className) {
      case 'InputLayer':
        operations.push({
          op: 'scale',
          name: 'scaled',
          input: inputName,
          multiply: 1 / deviation,
          add: -mean / deviation,
        });
        outputOf.set(name, 'scaled');
        break;
      case 'Conv2D':
      case 'DepthwiseConv2D': {
        checkConvolution(layer);
        const [kernel, bias] = weightsOf(backbone.model, name);
        operations.push({
          op: layer.className === 'Conv2D' ? 'conv' : 'depthwise',
          name,
          input: input!,
          kernel: kernel!,
          bias: bias!,
          stride: (layer.config.strides as number[])[0]!,
          padding: layer.config.padding as 'same' | 'valid',
          relu6: false,
        });
        outputOf.set(name, name);
        break;
      }
      case 'ReLU': {
        const before = operations.at(-1)!;
        if (layer.config.maxValue !== 6 || before.name !== input || !('relu6' in before)) {
          throw new Error(`${name}: only a ReLU6 straight behind a convolution can be packed`);
        }
        before.relu6 = true;
        outputOf.set(name, input!);
        break;
      }
      case 'Add':
        operations.push({ op: 'add', name, inputs: [input!, second!] });
        outputOf.set(name, name);
        break;
      case 'GlobalAveragePooling2D':
        operations.push({ op: 'mean', name: 'features', input: input! });
        outputOf.set(name, 'features');
        break;
      default:
        throw new Error(`${name}: layers of type ${layer.className} can't be packed`);
    }
  }
  return operations;
}

/** What `Operation` has no field for would be lost without a word. */
function checkConvolution({ name, config }: LayerConfig): void {
  const { activation, useBias, strides, dilationRate } = config as {
    activation: string;
    useBias: boolean;
    strides: number[];
    dilationRate: number[];
  };
  if (activation !== 'linear' || !useBias || strides[0] !== strides[1] || dilationRate.some((rate) => rate !== 1)) {
    throw new Error(
      `${name}: only convolutions with a bias, a square stride, no dilation and no activation can be packed`,
    );
  }
}

function weightsOf(model: LayersModel, layer: string): Weights[] {
  return model
    .getLayer(layer)
    .getWeights()
    .map((weight) => ({ shape: weight.shape, values: weight.dataSync() as Float32Array }));
}
