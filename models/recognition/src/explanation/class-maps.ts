import type { io } from '@tensorflow/tfjs-core';
import type { Bundle } from '../bundle/bundle.schema.ts';
import type { GraphNode, GraphTopology } from '../bundle/graph-node.ts';

/** The node that `withClassMaps` adds. */
export const CLASS_MAPS = 'class_maps';

/**
 * What each place of a photo says for each label: `height × width × labels` values, row by row. Their mean over the
 * places is the logits without the bias.
 */
export interface ClassMaps {
  height: number;
  width: number;
  values: Float32Array;
}

const FLOAT = { type: 'DT_FLOAT' };
const INTEGER = { type: 'DT_INT32' };

const shapeOf = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });

/**
 * Adds an output to a classifier that ends in a global average and a dense layer: `class_maps`,
 * `[n, height, width, labels]`, the last feature map times the dense layer's kernel, before anything is averaged (class
 * activation mapping: Zhou et al. 2016, arXiv:1512.04150). As a 1 × 1 convolution of the graph it runs on every backend,
 * and nobody who asks for the logits alone pays for it.
 *
 * A quantised network has the node already, as its dense layer is in another form: that becomes the output.
 *
 * @param graph what an IO handler of TensorFlow.js loads; it is left as it is.
 * @param signature the bundle's names of the graph's nodes.
 * @throws Error where the graph ends in something else.
 */
export function withClassMaps(graph: io.ModelArtifacts, signature: Bundle['signature']): io.ModelArtifacts {
  const topology = graph.modelTopology as GraphTopology;
  const find = (name: string | undefined) => topology.node.find((node) => node.name === name);
  if (find(CLASS_MAPS)) return { ...graph, signature: withOutput(graph, labelsIn(graph, signature)) };
  const logits = find(signature.logits);
  const pooled = find(logits?.input?.[0]);
  const kernel = graph.weightSpecs?.find(({ name }) => name === logits?.input?.[1]);
  if (!/MatMul$/.test(logits?.op ?? '') || pooled?.op !== 'Mean' || kernel?.shape.length !== 2) {
    throw new Error(`${signature.logits} does not come from a global average and a dense layer: it has no class maps`);
  }
  const shape = [1, 1, ...kernel.shape];
  const nodes: GraphNode[] = [
    {
      name: `${CLASS_MAPS}/shape`,
      op: 'Const',
      attr: { dtype: INTEGER, value: { tensor: { dtype: 'DT_INT32', tensorShape: shapeOf([shape.length]) } } },
    },
    {
      name: `${CLASS_MAPS}/kernel`,
      op: 'Reshape',
      input: [kernel.name, `${CLASS_MAPS}/shape`],
      attr: { T: FLOAT, Tshape: INTEGER },
    },
    {
      name: CLASS_MAPS,
      op: 'Conv2D',
      input: [pooled.input![0]!, `${CLASS_MAPS}/kernel`],
      attr: {
        T: FLOAT,
        strides: { list: { i: ['1', '1', '1', '1'] } },
        dilations: { list: { i: ['1', '1', '1', '1'] } },
        padding: { s: btoa('VALID') },
        data_format: { s: btoa('NHWC') },
      },
    },
  ];
  return {
    ...graph,
    modelTopology: { ...topology, node: [...topology.node, ...nodes] },
    weightSpecs: [...graph.weightSpecs!, { name: `${CLASS_MAPS}/shape`, shape: [shape.length], dtype: 'int32' }],
    weightData: [graph.weightData!, Int32Array.from(shape).buffer].flat(),
    signature: withOutput(graph, kernel.shape[1]!),
  };
}

interface Signature {
  inputs: object;
  outputs: Record<string, { tensorShape: { dim: { size: string }[] } }>;
}

/** The graph's signature with the class maps of so many labels among its outputs. */
function withOutput(graph: io.ModelArtifacts, labels: number): object {
  const { inputs, outputs } = graph.signature as unknown as Signature;
  const output = { name: `${CLASS_MAPS}:0`, dtype: 'DT_FLOAT', tensorShape: shapeOf([-1, -1, -1, labels]) };
  return { inputs, outputs: { ...outputs, [CLASS_MAPS]: output } };
}

function labelsIn(graph: io.ModelArtifacts, { logits }: Bundle['signature']): number {
  return Number((graph.signature as unknown as Signature).outputs[logits]!.tensorShape.dim[1]!.size);
}
