import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** What tfjs-node's backend offers beyond tfjs: running a TensorFlow kernel that tfjs has no name for. */
interface NativeBackend {
  binding?: { TF_FLOAT: number; TF_ATTR_TYPE: number };
  executeSingleOutput?: (kernel: string, attributes: unknown[], inputs: tf.Tensor[]) => tf.Tensor;
}

/**
 * min(max(x, 0), 6) with TensorFlow's own gradient kernel, or with two comparisons on a backend that has none. The
 * ReLU layer of tfjs-layers clips instead, whose gradient is a dozen operations: they took half of a training step.
 */
export function relu6(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    const y = tf.relu6(input as tf.Tensor);
    (save as tf.GradSaveFunc)([y]);
    return { value: y, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => relu6Gradient(dy, saved[0]!) };
  })(x);
}

function relu6Gradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const { binding, executeSingleOutput } = tf.backend() as NativeBackend;
  if (binding && executeSingleOutput) {
    const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    return executeSingleOutput.call(tf.backend(), 'Relu6Grad', [type], [dy, y]);
  }
  return tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6)), 'float32'));
}

/** Makes the network's ReLU6 layers use {@link relu6}. */
export function useFastRelu6(model: LayersModel): void {
  for (const layer of model.layers) {
    if (layer.getClassName() !== 'ReLU' || layer.getConfig()['maxValue'] !== 6) continue;
    layer.call = (inputs) => relu6(Array.isArray(inputs) ? inputs[0]! : inputs);
  }
}
