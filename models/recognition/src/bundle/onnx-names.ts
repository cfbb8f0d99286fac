// Apart from what writes the model: whoever runs it needs no TensorFlow.js.

/** Where a bundle keeps its network in ONNX's format. */
export const ONNX_MODEL_FILE = 'onnx/model.onnx';

/** The input of a classifier that says whether class maps are wanted: a bool without dimensions. */
export const EXPLAIN = 'explain';
