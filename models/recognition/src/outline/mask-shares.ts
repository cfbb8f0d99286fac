// Apart from the model: a worker without TensorFlow.js needs it too.

/** sigmoid(logits): how likely each cell of a mask belongs to the specimen. */
export function sharesOf(logits: Float32Array): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
}
